namespace SalesOs.Dashboard.Cluster;

/// <summary>A few sealed bytes for some minutes, that whoever serves next may need. What is put must be worth nothing to whoever reads it here.</summary>
public interface IShortMemory
{
    /// <summary>Whether other nodes have it too, and this one after a restart.</summary>
    bool IsShared { get; }

    /// <summary>Keeps the bytes under a name, in the place of what it had. The memory's own copy is overwritten once it is over.</summary>
    Task PutAsync(string name, byte[] bytes, TimeSpan lifetime);

    /// <summary>Null when it is over, was taken, never was, or can't be had just now.</summary>
    Task<byte[]?> GetAsync(string name);

    /// <summary>Takes it away, everywhere: of several who do so at once, one is given it.</summary>
    Task<byte[]?> TakeAsync(string name);
}
