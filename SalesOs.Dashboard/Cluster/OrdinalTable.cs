namespace SalesOs.Dashboard.Cluster;

/// <summary>One object for each dense number, made when it is first needed: one that was never needed costs eight bytes. Reading takes no lock.</summary>
internal sealed class OrdinalTable<T>
    where T : class
{
    private const int ChunkSize = 4096;

    private readonly Lock growing = new();
    private T?[][] chunks = [];

    public T? Find(int ordinal)
    {
        var table = Volatile.Read(ref chunks);
        var chunk = ordinal / ChunkSize;
        return chunk < table.Length ? Volatile.Read(ref table[chunk][ordinal % ChunkSize]) : null;
    }

    /// <param name="make">Called once for each number, with <paramref name="argument"/>.</param>
    public T Of<TArgument>(int ordinal, TArgument argument, Func<TArgument, T> make)
    {
        if (Find(ordinal) is { } known)
        {
            return known;
        }

        var chunk = ordinal / ChunkSize;
        lock (growing)
        {
            while (chunk >= chunks.Length)
            {
                Volatile.Write(ref chunks, [.. chunks, new T?[ChunkSize]]);
            }

            ref var slot = ref chunks[chunk][ordinal % ChunkSize];
            if (slot is null)
            {
                Volatile.Write(ref slot, make(argument));
            }

            return slot!;
        }
    }
}
