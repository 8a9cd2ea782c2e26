/** What the world calls its companies; the first eleven are those of a public report. */
export const NAMES: readonly {
  readonly company: string;
  readonly contact?: string;
  readonly country: string;
}[] = [
  { company: 'شركة النور للتقنية', contact: 'قسم المشتريات', country: 'SA' },
  { company: 'טכנולוגיות אור בע"מ (Or Tech 2000)', country: 'IL' },
  { company: 'บริษัท แสงจันทร์ จำกัด (มหาชน)', country: 'TH' },
  { company: 'श्री गणेश उद्योग प्राइवेट लिमिटेड', country: 'IN' },
  { company: 'შპს მზის სხივი', country: 'GE' },
  { company: '«Արև» ՍՊԸ', country: 'AM' },
  { company: 'தமிழ் மென்பொருள் நிறுவனம்', country: 'IN' },
  { company: 'شرکت نرم‌افزاری آینده', country: 'IR' },
  { company: 'Café ☕ Zum Bären 👩‍💻', country: 'AT' },
  { company: 'ក្រុមហ៊ុន ពន្លឺ', country: 'KH' },
  { company: 'ኢትዮ ብርሃን ኃ.የተ.የግ.ማ', country: 'ET' },
  { company: 'লিমিটেড বাংলা সফটওয়্যার', country: 'BD' },
  { company: 'తెలుగు సాఫ్ట్‌వేర్ సంస్థ', country: 'IN' },
  { company: 'ಕನ್ನಡ ತಂತ್ರಾಂಶ ಸಂಸ್ಥೆ', country: 'IN' },
  { company: 'മലയാളം സോഫ്റ്റ്‌വെയർ', country: 'IN' },
  { company: 'ગુજરાતી સોફ્ટવેર કંપની', country: 'IN' },
  { company: 'ਪੰਜਾਬੀ ਸਾਫਟਵੇਅਰ', country: 'IN' },
  { company: 'ଓଡ଼ିଆ ସଫ୍ଟୱେର', country: 'IN' },
  { company: 'සිංහල මෘදුකාංග සමාගම', country: 'LK' },
  { company: 'ບໍລິສັດ ແສງຈັນ ຈຳກັດ', country: 'LA' },
  { company: 'မြန်မာ ဆော့ဖ်ဝဲ ကုမ္ပဏီ', country: 'MM' },
  { company: 'བོད་ཡིག་མཉེན་ཆས།', country: 'CN' },
  { company: 'ދިވެހި ސޮފްޓްވެއަރ', country: 'MV' },
  { company: 'שָׁלוֹם עֲלֵיכֶם', country: 'IL' },
  { company: 'شَرِكَةُ النُّورِ للتقنية', country: 'SA' },
  { company: 'ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ', country: 'US' },
  { company: 'ᐃᓄᒃᑎᑐᑦ ᐱᓕᕆᕕᒃ', country: 'CA' },
  { company: 'ⵜⴰⵎⴰⵣⵉⵖⵜ', country: 'MA' },
  { company: 'لا إله شركة ٢٠٠٠', country: 'EG' },
  { company: '👩‍👩‍👧 Familie 🇩🇪 GmbH 👍🏽', country: 'DE' },
];
