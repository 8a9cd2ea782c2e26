/** What of a job may be done from its card, by its state: the same as the server allows. */
const ofJobs: Readonly<Record<string, readonly string[]>> = {
  failed: ['retry', 'clean'],
  completed: ['clean'],
  delayed: ['promote'],
};

/**
 * A script of Bull Board without the menu items that the server would refuse. The board can only hide all changes or none, so they are
 * taken out of its scripts as they are sent; that each is still found there is tested, since another version may write them differently.
 */
export function withoutRefusedItems(script: string): string {
  return (
    script
      // The buttons on a job: `[n.f.failed]:[ec.retry,ec.duplicate,ec.updateData,ec.clean]`.
      .replaceAll(jobButtons, (_, state: string, name: string, list: string) => {
        const allowed = ofJobs[name] ?? [];
        const kept = list.split(',').filter((item) => allowed.includes(item.split('.')[1] ?? ''));
        return `[${state}.${name}]:[${kept.join(',')}]`;
      })
      // The menu of a queue.
      .replaceAll(menuItems, 'null')
      .replaceAll(settingItems, 'false&&')
      .replaceAll(infoItems, 'action:false&&')
      // "Clean all" above a list.
      .replaceAll(cleanAll, '[$1.failed,$1.completed]')
  );
}

const jobButtons =
  /\[(\w+\.f)\.(\w+)\]:\[((?:ec|\w{1,3})\.(?:retry|duplicate|updateData|clean|promote|reschedule|reprioritise|removeChildren)(?:,\w{1,3}\.\w+)*)\]/g;
const menuItems =
  /\(0,\w+\.jsxs\)\(\w+\.\w+,\{onClick:\w+\.(?:addJob|emptyQueue\([\w.]+\)|obliterateQueue\([\w.]+\)),(?:className:"[^"]*",)?children:\[\(0,\w+\.jsx\)\([\w.]+,\{\}\),\w+\("QUEUE\.ACTIONS\.(?:ADD_JOB|EMPTY|OBLITERATE)"\)\]\}\)/g;
const settingItems = /!!\w+\.(?:onConcurrency|onRateLimit)&&/g;
const infoItems =
  /action:\w+&&(?=(?:"bullmq"===\w+\.type&&)?\(0,\w+\.jsx\)\(\w+,\{ref:\w+,label:\w+\("QUEUE\.ACTIONS\.SET_)/g;
const cleanAll = /\[(\w+\.f)\.failed,\1\.delayed,\1\.completed\](?=\.includes\(\w+\)&&\(0,\w+\.jsx\)\("li")/g;
