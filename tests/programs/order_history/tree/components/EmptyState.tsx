export function EmptyState({ title }: { title: string }) {
  return (
    <section className="empty">
      <p>{title}</p>
      <a href="/shop">Have a look around</a>
    </section>
  );
}
