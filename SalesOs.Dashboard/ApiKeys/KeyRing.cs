using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// Every key in memory: the gate's only truth. Reading takes no lock; changing is done by one writer at a time, which holds the database's
/// write lock, so that the ring changes in the order of the commits.
/// </summary>
/// <remarks>
/// An open-addressed table, at most half full: 32 to 64 bytes a key beside the key itself. The key's own characters are random, so the first eight of them are the
/// hash; they stand in the table too, so that a search among a million touches no key but its own, each of which lies somewhere else in memory.
/// </remarks>
public sealed class KeyRing
{
    private const int CacheLine = 64;

    private static readonly RingKey Removed = Marker();

    private readonly Lock writing = new();
    private Slot[] slots = new Slot[1024];
    private int used;
    private int count;
    private int ordinals;
    private volatile bool ready;

    public int Count => Volatile.Read(ref count);

    /// <summary>True once every stored key has been loaded; before that the program takes no requests.</summary>
    public bool Ready => ready;

    /// <summary>The key, or null. <paramref name="apiKey"/> must have the form of one (<c>CredentialFormat.IsApiKey</c>): 40 ASCII characters.</summary>
    public RingKey? Find(ReadOnlySpan<char> apiKey)
    {
        Span<byte> tail = stackalloc byte[RingKey.TailSize];
        Encoding.ASCII.GetBytes(apiKey[^RingKey.TailSize..], tail);
        var table = Volatile.Read(ref slots);
        return table[SlotOf(table, RingKey.EnvironmentOf(apiKey), tail)].Key;
    }

    /// <summary>
    /// Has the processor fetch what <see cref="Find"/> will read, while the caller does other work: among a million keys nothing of one lies in a cache. This
    /// fetches the place in the table, <see cref="ExpectKey"/> the key that stands there.
    /// </summary>
    public void Expect(ReadOnlySpan<char> apiKey)
    {
        Span<byte> tail = stackalloc byte[sizeof(ulong)];
        Encoding.ASCII.GetBytes(apiKey.Slice(apiKey.Length - RingKey.TailSize, tail.Length), tail);
        var table = Volatile.Read(ref slots);
        Fetch(in table[IndexOf(table, BeginOf(tail))]);
    }

    /// <summary>The second step of <see cref="Expect"/>.</summary>
    public void ExpectKey(ReadOnlySpan<char> apiKey)
    {
        Span<byte> tail = stackalloc byte[sizeof(ulong)];
        Encoding.ASCII.GetBytes(apiKey.Slice(apiKey.Length - RingKey.TailSize, tail.Length), tail);
        var begin = BeginOf(tail);
        var table = Volatile.Read(ref slots);
        for (var index = IndexOf(table, begin); Volatile.Read(ref table[index].Key) is { } key; index = (index + 1) & (table.Length - 1))
        {
            if (table[index].Begin == begin)
            {
                // The key's settings lie before its bytes in memory, and these together are one line long.
                Fetch(in Unsafe.Subtract(ref MemoryMarshal.GetReference(key.Tail), CacheLine));
                Fetch(in MemoryMarshal.GetReference(key.Tail));
                Fetch(in key.K1[^1]);
                return;
            }
        }
    }

    /// <summary>Adds the key or puts it in the place of the one with the same characters.</summary>
    /// <exception cref="InvalidOperationException">A revoked key would come back.</exception>
    public void Put(RingKey key)
    {
        lock (writing)
        {
            if ((used + 1) * 2 > slots.Length)
            {
                Grow();
            }

            var index = SlotOf(slots, key.Environment, key.Tail);
            var before = slots[index].Key;
            if (before is { Revoked: true } && !key.Revoked)
            {
                throw new InvalidOperationException($"The revoked key {key.Id} was about to be let in again.");
            }

            if (before is null)
            {
                used++;
                count++;
            }

            slots[index].Begin = BeginOf(key.Tail);
            Volatile.Write(ref slots[index].Key, key);
        }
    }

    public void Remove(ReadOnlySpan<char> apiKey)
    {
        lock (writing)
        {
            Span<byte> tail = stackalloc byte[RingKey.TailSize];
            Encoding.ASCII.GetBytes(apiKey[^RingKey.TailSize..], tail);
            var index = SlotOf(slots, RingKey.EnvironmentOf(apiKey), tail);
            if (slots[index].Key is not null)
            {
                // The slot stays used, so that the search for a key behind it goes on.
                Volatile.Write(ref slots[index].Key, Removed);
                count--;
            }
        }
    }

    /// <summary>The next dense number for a key that has none.</summary>
    public int NextOrdinal() => Interlocked.Increment(ref ordinals) - 1;

    internal void MarkReady() => ready = true;

    /// <summary>The slot that holds the key, or the empty one where it would stand.</summary>
    private static int SlotOf(Slot[] table, KeyEnvironment environment, ReadOnlySpan<byte> tail)
    {
        var begin = BeginOf(tail);
        var mask = table.Length - 1;
        var index = IndexOf(table, begin);
        while (Volatile.Read(ref table[index].Key) is { } key)
        {
            if (table[index].Begin == begin && key.Tail.SequenceEqual(tail) && key.Environment == environment && !ReferenceEquals(key, Removed))
            {
                break;
            }

            index = (index + 1) & mask;
        }

        return index;
    }

    private static int IndexOf(Slot[] table, ulong begin) => (int)(begin * 0x9E3779B97F4A7C15UL >> 32) & (table.Length - 1);

    /// <summary>A hint that changes nothing: the address may be stale by the time that it is followed, and is never read through.</summary>
    private static unsafe void Fetch<T>(ref readonly T what)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(in what));
        }
    }

    private static ulong BeginOf(ReadOnlySpan<byte> tail) => MemoryMarshal.Read<ulong>(tail);

    private void Grow()
    {
        var larger = new Slot[count * 4 < slots.Length ? slots.Length : slots.Length * 2];
        HugePages.Ask(larger);
        foreach (var slot in slots)
        {
            if (slot.Key is { } key && !ReferenceEquals(key, Removed))
            {
                larger[SlotOf(larger, key.Environment, key.Tail)] = slot;
            }
        }

        used = count;
        Volatile.Write(ref slots, larger);
    }

    private static RingKey Marker() => new("sk_live_".PadRight(40), new byte[32])
    {
        Ordinal = -1,
        Id = Guid.Empty,
        TenantId = "",
        Name = "",
        Scopes = [],
        RateLimit = 0,
        ExpiresAt = 0,
        Revoked = true,
        SingleUse = false,
        AllowedIps = [],
    };

    /// <summary>Once it holds a key its beginning stays, whatever comes in that key's place: a reader that sees the key sees the beginning that was written before it.</summary>
    private struct Slot
    {
        public ulong Begin;
        public RingKey? Key;
    }
}
