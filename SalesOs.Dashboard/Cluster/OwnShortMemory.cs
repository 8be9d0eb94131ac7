using System.Security.Cryptography;

namespace SalesOs.Dashboard.Cluster;

/// <summary>In this process alone.</summary>
public sealed class OwnShortMemory(TimeProvider clock) : IShortMemory, IDisposable
{
    /// <summary>Some 200 bytes each; the oldest goes for one more.</summary>
    public const int Most = 5000;

    private readonly Lock sync = new();
    private readonly OrderedDictionary<string, Kept> all = new(StringComparer.Ordinal);

    public bool IsShared => false;

    public Task PutAsync(string name, byte[] bytes, TimeSpan lifetime)
    {
        lock (sync)
        {
            Drop(name);
            if (all.Count == Most)
            {
                Drop(all.GetAt(0).Key);
            }

            var kept = new Kept([.. bytes]);
            kept.Expiry = clock.CreateTimer(_ => Expire(name, kept), state: null, lifetime, Timeout.InfiniteTimeSpan);
            all.Add(name, kept);
        }

        return Task.CompletedTask;
    }

    public Task<byte[]?> GetAsync(string name)
    {
        lock (sync)
        {
            return Task.FromResult(all.TryGetValue(name, out var kept) ? (byte[]?)[.. kept.Bytes] : null);
        }
    }

    public Task<byte[]?> TakeAsync(string name)
    {
        lock (sync)
        {
            byte[]? taken = all.TryGetValue(name, out var kept) ? [.. kept.Bytes] : null;
            Drop(name);
            return Task.FromResult(taken);
        }
    }

    public void Dispose()
    {
        lock (sync)
        {
            while (all.Count > 0)
            {
                Drop(all.GetAt(0).Key);
            }
        }
    }

    private void Expire(string name, Kept kept)
    {
        lock (sync)
        {
            // Another may stand under the name by now.
            if (all.TryGetValue(name, out var there) && there == kept)
            {
                Drop(name);
            }
        }
    }

    private void Drop(string name)
    {
        if (all.Remove(name, out var kept))
        {
            kept.Expiry?.Dispose();
            CryptographicOperations.ZeroMemory(kept.Bytes);
        }
    }

    private sealed class Kept(byte[] bytes)
    {
        public byte[] Bytes => bytes;

        public ITimer? Expiry { get; set; }
    }
}
