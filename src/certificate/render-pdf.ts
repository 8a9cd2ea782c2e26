import { createHash } from 'node:crypto';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { canonicalFacts } from '#src/certificate/canonical-facts.ts';
import { attachmentDictionary, FACTS_SUBTYPE, JWS_SUBTYPE } from '#src/certificate/embedded-files.ts';
import { compose } from '#src/certificate/layout/compose.ts';
import { emblemPath } from '#src/certificate/layout/emblem.ts';
import { GOLD } from '#src/certificate/layout/palette.ts';
import { EMBLEM_FORM } from '#src/certificate/layout/title-block.ts';
import { printableFacts, textsOf } from '#src/certificate/printable-facts.ts';
import { writeFont } from '#src/certificate/pdf/embedded-font.ts';
import {
  createPageCanvas,
  PAGE_HEIGHT,
  PAGE_WIDTH,
  type PageCanvas,
} from '#src/certificate/pdf/page-canvas.ts';
import { createPdfFile, deflate, type PdfFile } from '#src/certificate/pdf/pdf-file.ts';
import { pdfText } from '#src/certificate/pdf/pdf-text.ts';
import { srgbProfile } from '#src/certificate/pdf/srgb-profile.ts';
import { createElement, writeStructure } from '#src/certificate/pdf/structure.ts';
import { xmpPacket } from '#src/certificate/pdf/xmp.ts';
import { documentFonts } from '#src/certificate/type/document-fonts.ts';
import type { Face } from '#src/certificate/type/face.ts';

/**
 * The certificate as PDF/A-3b with the facts and the JWS attached. The same facts and JWS give the same bytes, in any
 * process and on any machine: a change of fonts, layout or library that would alter them calls for a new
 * `CertificateFacts.layout`. Never reads the clock. Fonts are read from disk by the first call.
 */
export async function renderCertificate(facts: CertificateFacts, jws: string): Promise<Buffer> {
  const canonical = canonicalFacts(facts);
  const shown = printableFacts(facts);
  const fonts = await documentFonts(textsOf(shown), shown.customer.country);
  const document = createElement(undefined, 'Document');
  const faces = new Map<Face, string>();
  const canvases: PageCanvas[] = [];
  compose(shown, jws, fonts, document, () => {
    const canvas = createPageCanvas(canvases.length, faces);
    canvases.push(canvas);
    return { canvas, fonts, document };
  });

  const file = createPdfFile();
  const about = aboutOf(shown);
  const attached = writeAttachments(file, about, canonical, jws);
  const { pageTree, pages } = writePages(file, canvases, faces);
  const structure = writeStructure(file, document, pages);
  const metadata = file.addPlain('/Type/Metadata/Subtype/XML', xmpPacket(about));
  const profile = file.addPacked('/N 3', standing().profile);
  const catalog = file.add(
    `<</Type/Catalog/Pages ${pageTree} 0 R/Lang(en)/MarkInfo<</Marked true>>/StructTreeRoot ${structure} 0 R` +
      `/Metadata ${metadata} 0 R/ViewerPreferences<</DisplayDocTitle true>>` +
      `/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)/DestOutputProfile ${profile} 0 R>>]` +
      `/AF[${attached.map(({ id }) => `${id} 0 R`).join(' ')}]` +
      `/Names<</EmbeddedFiles<</Names[${attached.map(({ id, name }) => `(${name})${id} 0 R`).join(' ')}]>>>>>>`,
  );
  const info = file.add(
    `<</Title${pdfText(about.title)}/Author${pdfText(about.author)}/Creator(${PRODUCER})/Producer(${PRODUCER})` +
      `/CreationDate(${about.stamp})/ModDate(${about.stamp})>>`,
  );
  const id = createHash('sha256').update(canonical).digest('hex').slice(0, 32).toUpperCase();
  return file.finish(`/Root ${catalog} 0 R/Info ${info} 0 R/ID[<${id}><${id}>]`);
}

const PRODUCER = 'Chancery';

function aboutOf(facts: CertificateFacts) {
  return {
    title: `License Certificate ${facts.number}, version ${facts.version}`,
    author: facts.reseller ?? PRODUCER,
    producer: PRODUCER,
    date: facts.issuedOn,
    stamp: `D:${facts.issuedOn.replaceAll('-', '')}000000Z`,
  };
}

/** In the order of their names, as a name tree wants them. */
function writeAttachments(file: PdfFile, about: ReturnType<typeof aboutOf>, facts: Buffer, jws: string) {
  const files = [
    {
      name: 'certificate-facts.json',
      subtype: FACTS_SUBTYPE,
      content: facts,
      use: 'Source',
      text: 'The facts that this certificate states',
    },
    {
      name: 'certificate.jws',
      subtype: JWS_SUBTYPE,
      content: Buffer.from(jws, 'latin1'),
      use: 'Supplement',
      text: 'The signature of the facts',
    },
  ];
  return files.map(({ name, subtype, content, use, text }) => {
    const stream = file.addPlain(attachmentDictionary(subtype, content.length, about.stamp), content);
    const id = file.add(
      `<</Type/Filespec/F(${name})/UF(${name})/Desc(${text})/AFRelationship/${use}/EF<</F ${stream} 0 R/UF ${stream} 0 R>>>>`,
    );
    return { name, id };
  });
}

function writePages(file: PdfFile, canvases: readonly PageCanvas[], faces: ReadonlyMap<Face, string>) {
  const fonts = [...faces].map(([face, name]) => `/${name} ${writeFont(file, face)} 0 R`);
  const emblem = file.addPacked('/Type/XObject/Subtype/Form/BBox[-31 -31 31 31]', standing().emblem);
  const resources = file.add(`<</Font<<${fonts.join('')}>>/XObject<</${EMBLEM_FORM} ${emblem} 0 R>>>>`);
  const pageTree = file.reserve();
  const pages = canvases.map((canvas) => {
    const contents = file.addDeflated('', canvas.content());
    return file.add(
      `<</Type/Page/Parent ${pageTree} 0 R/MediaBox[0 0 ${PAGE_WIDTH} ${PAGE_HEIGHT}]/Resources ${resources} 0 R` +
        `/Contents ${contents} 0 R/StructParents ${canvas.index}/Tabs/S>>`,
    );
  });
  file.write(
    pageTree,
    `<</Type/Pages/Kids[${pages.map((id) => `${id} 0 R`).join(' ')}]/Count ${pages.length}>>`,
  );
  return { pageTree, pages };
}

interface StandingParts {
  readonly profile: Uint8Array;
  readonly emblem: Uint8Array;
}

let standingParts: StandingParts | undefined;

/** What every certificate holds unchanged, deflated once per process. */
function standing(): StandingParts {
  standingParts ??= {
    profile: deflate(srgbProfile().toString('latin1'), 'thorough'),
    emblem: deflate(`q 0.01 0 0 0.01 0 0 cm ${GOLD} RG 38 w ${emblemPath()} S Q`, 'thorough'),
  };
  return standingParts;
}
