/** Why something could not be done; nothing where it could. */
export function Failure({ words, id }: { readonly words: string | undefined; readonly id?: string }) {
  if (words === undefined) return null;
  return (
    <p id={id} className="warning" role="alert">
      {words}
    </p>
  );
}
