using System.Collections.Concurrent;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// What this process knows of sessions before the database does: who acted, so that no request waits for writing it, and what has ended, which holds here
/// whether or not it can be written just now. A note stays for as long as what was read before it may still be in use.
/// </summary>
internal sealed class SessionNotes(SessionRows rows, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, Note<DateTimeOffset>> used = new();
    private readonly ConcurrentDictionary<Guid, Note<Termination>> ended = new();

    public bool HasEnded(Guid id) => ended.ContainsKey(id);

    /// <param name="stored">What the row says.</param>
    public DateTimeOffset UsedAt(Guid id, DateTimeOffset stored) => used.TryGetValue(id, out var use) && use.What > stored ? use.What : stored;

    public void Use(Guid id)
    {
        var now = time.GetUtcNow();
        used[id] = new Note<DateTimeOffset>(now, now, Written: false);
    }

    /// <param name="written">The row says so already.</param>
    /// <returns>False when it had ended before.</returns>
    public bool End(Guid id, Termination why, bool written) => ended.TryAdd(id, new Note<Termination>(why, time.GetUtcNow(), written));

    /// <summary>Writes what is not written yet.</summary>
    public async Task WriteAsync()
    {
        await WriteAsync(used, rows.UseAsync);
        await WriteEndsAsync();
    }

    public Task WriteEndsAsync() => WriteAsync(ended, rows.EndAsync);

    public void Forget()
    {
        Forget(used);
        Forget(ended);
    }

    private static async Task WriteAsync<T>(ConcurrentDictionary<Guid, Note<T>> notes, Func<IReadOnlyCollection<(Guid Id, T What)>, Task> write)
    {
        var unwritten = notes.Where(n => !n.Value.Written).ToList();
        if (unwritten.Count > 0)
        {
            await write([.. unwritten.Select(n => (n.Key, n.Value.What))]);
            foreach (var (id, note) in unwritten)
            {
                notes.TryUpdate(id, note with { Written = true }, note);
            }
        }
    }

    private void Forget<T>(ConcurrentDictionary<Guid, Note<T>> notes)
    {
        var old = time.GetUtcNow() - SessionRows.Kept;
        foreach (var note in notes.Where(n => n.Value.Written && n.Value.At <= old))
        {
            notes.TryRemove(note);
        }
    }

    private sealed record Note<T>(T What, DateTimeOffset At, bool Written);
}
