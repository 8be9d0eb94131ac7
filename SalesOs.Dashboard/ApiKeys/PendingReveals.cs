using System.Security.Cryptography;
using System.Text;
using SalesOs.Dashboard.Access;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// The new keys whose values their maker has not yet said to have saved: in memory alone, for <see cref="Kept"/>, for the same subject in the same tenant.
/// What goes is overwritten; who may see one, and that it is audited, is <see cref="KeyReveals"/>'s business.
/// </summary>
public sealed class PendingReveals(TimeProvider clock) : IDisposable
{
    /// <summary>Of one person; the oldest goes for one more.</summary>
    public const int MostPerPerson = 10;

    /// <summary>Of all people, some 400 bytes each; the oldest goes for one more.</summary>
    public const int Most = 5000;

    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly Lock sync = new();
    private readonly LinkedList<Pending> all = [];

    /// <summary>A reveal is over, on the thread of what ended it: listeners must return at once and not throw.</summary>
    public event EventHandler<RevealGone>? Gone;

    public int Count
    {
        get
        {
            lock (sync)
            {
                return all.Count;
            }
        }
    }

    public void Dispose()
    {
        lock (sync)
        {
            while (all.First is { } first)
            {
                Drop(first);
            }
        }
    }

    internal void Keep(Caller caller, CreatedKey made)
    {
        var pending = new Pending(caller.TenantId, caller.Subject, made, clock.GetUtcNow() + Kept);
        var pushedOut = new List<Pending>();
        lock (sync)
        {
            if (Nodes().Where(n => n.Value.IsOf(caller)).Take(MostPerPerson).ToList() is { Count: MostPerPerson } own)
            {
                pushedOut.Add(Drop(own[0]));
            }
            else if (all.Count == Most)
            {
                pushedOut.Add(Drop(all.First!));
            }

            pending.Expire(clock, Kept, () => Remove(pending, expired: true));
            all.AddLast(pending);
        }

        pushedOut.ForEach(gone => Gone?.Invoke(this, new RevealGone(gone.KeyId, expired: true)));
    }

    /// <summary>The person's own, the oldest first.</summary>
    internal IReadOnlyList<Guid> Of(string tenantId, string subject)
    {
        lock (sync)
        {
            var now = clock.GetUtcNow();
            return [.. all.Where(p => p.TenantId == tenantId && p.Subject == subject && now < p.Until).Select(p => p.KeyId)];
        }
    }

    /// <summary>Whether the key's values still wait for whoever made it.</summary>
    internal bool Holds(Guid keyId)
    {
        lock (sync)
        {
            var now = clock.GetUtcNow();
            return all.Any(p => p.KeyId == keyId && now < p.Until);
        }
    }

    /// <summary>Null when it is over, another person's, or never was.</summary>
    internal Reveal? Open(Guid keyId, Caller caller)
    {
        lock (sync)
        {
            return Find(keyId, caller) is { } node && clock.GetUtcNow() < node.Value.Until ? node.Value.Open() : null;
        }
    }

    /// <summary>False when there was none of this person.</summary>
    internal bool Forget(Guid keyId, Caller caller)
    {
        Pending? pending;
        lock (sync)
        {
            pending = Find(keyId, caller)?.Value;
        }

        return pending is not null && Remove(pending, expired: false);
    }

    private bool Remove(Pending pending, bool expired)
    {
        lock (sync)
        {
            if (all.Find(pending) is not { } node)
            {
                return false;
            }

            Drop(node);
        }

        Gone?.Invoke(this, new RevealGone(pending.KeyId, expired));
        return true;
    }

    private Pending Drop(LinkedListNode<Pending> node)
    {
        all.Remove(node);
        node.Value.Dispose();
        return node.Value;
    }

    private LinkedListNode<Pending>? Find(Guid keyId, Caller caller) => Nodes().FirstOrDefault(n => n.Value.KeyId == keyId && n.Value.IsOf(caller));

    private IEnumerable<LinkedListNode<Pending>> Nodes()
    {
        for (var node = all.First; node is not null; node = node.Next)
        {
            yield return node;
        }
    }

    /// <summary>One key's values. The secret lies in memory that the collector does not copy about, so that overwriting it leaves none behind here.</summary>
    private sealed class Pending : IDisposable
    {
        private readonly ApiKeyView key;
        private readonly string apiKey;
        private readonly byte[] secret;
        private ITimer? expiry;

        public Pending(string tenantId, string subject, CreatedKey made, DateTimeOffset until)
        {
            TenantId = tenantId;
            Subject = subject;
            Until = until;
            key = made.Key;
            apiKey = made.ApiKey;
            secret = GC.AllocateUninitializedArray<byte>(Encoding.ASCII.GetByteCount(made.Secret), pinned: true);
            Encoding.ASCII.GetBytes(made.Secret, secret);
        }

        public string TenantId { get; }

        public string Subject { get; }

        public DateTimeOffset Until { get; }

        public Guid KeyId => key.Id;

        public bool IsOf(Caller caller) => TenantId == caller.TenantId && Subject == caller.Subject;

        public Reveal Open() => new(new CreatedKey(key, apiKey, Encoding.ASCII.GetString(secret)), Until);

        public void Expire(TimeProvider clock, TimeSpan after, Action expired) => expiry = clock.CreateTimer(_ => expired(), state: null, after, Timeout.InfiniteTimeSpan);

        public void Dispose()
        {
            expiry?.Dispose();
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}

/// <summary>A new key's values as they are shown.</summary>
/// <param name="Until">From then on they are not shown again.</param>
public sealed record Reveal(CreatedKey Created, DateTimeOffset Until);

/// <param name="expired">Its time was over; false: its maker said that they have saved both values.</param>
public sealed class RevealGone(Guid keyId, bool expired) : EventArgs
{
    public Guid KeyId => keyId;

    public bool Expired => expired;
}
