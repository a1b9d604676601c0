/** Python files as the cells of a Jupyter notebook (nbformat 4.5). */

export function notebook(title: string, cells: readonly string[]): string {
  const lines = (text: string) => text.trimEnd().split(/(?<=\n)/);
  const heading = { cell_type: 'markdown', id: 'title', metadata: {}, source: [`# ${title}`] };
  return `${JSON.stringify(
    {
      cells: [
        heading,
        ...cells.map((text, i) => ({
          cell_type: 'code',
          id: `cell-${i + 1}`,
          execution_count: null,
          metadata: {},
          outputs: [],
          source: lines(inCell(text)),
        })),
      ],
      metadata: {
        kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
        language_info: { name: 'python' },
      },
      nbformat: 4,
      nbformat_minor: 5,
    },
    null,
    1,
  )}\n`;
}

/** What other cells define need not be imported, and nothing runs by itself as a script would. */
const inCell = (text: string): string =>
  text
    .replace(/^from (model|preprocess) import .*\n/gm, '')
    .replace(/\n\nif __name__ == "__main__":[\s\S]*$/, '\n');
