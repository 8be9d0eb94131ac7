using System.Security.Cryptography;

namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// The 32 bytes that wrap every tenant's data key and the audit log's signing key; not in the database. From <c>MasterKey:Value</c> (base64), else from the file
/// <c>MasterKey:File</c>, which is made on the first run. While it is being changed two are known: the one that is to come (<c>MasterKey:Next</c>), or the one before
/// (<c>MasterKey:Previous</c>). All of them open, so that nodes of either kind run beside each other; the present one alone seals.
/// </summary>
public sealed class MasterKey
{
    public const int Size = 32;

    private const string NextSetting = "MasterKey:Next";
    private const string PreviousSetting = "MasterKey:Previous";

    private readonly byte[] key;
    private readonly byte[]? next;
    private readonly byte[]? previous;

    internal MasterKey(byte[] key, byte[]? next = null, byte[]? previous = null) => (this.key, this.next, this.previous) = (key, next, previous);

    /// <summary>Whether there is one before it, under which something may still be stored.</summary>
    public bool IsChanged => previous is not null;

    /// <summary>Set when the key's file, though mounted by the operator, can be read by others.</summary>
    public string? Warning { get; private init; }

    public override string ToString() => "MasterKey ***";

    /// <summary>Seals a few bytes under the present key.</summary>
    internal byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated) => SealedBytes.Seal(key, plain, associated);

    /// <summary>Opens what is sealed under any of the keys.</summary>
    internal bool TryOpen(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> associated, Span<byte> plain) =>
        SealedBytes.TryOpen(key, bytes, associated, plain)
        || (next is not null && SealedBytes.TryOpen(next, bytes, associated, plain))
        || (previous is not null && SealedBytes.TryOpen(previous, bytes, associated, plain));

    /// <summary>Whether it is sealed under the present key.</summary>
    internal bool Seals(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> associated) =>
        SealedBytes.TryOpen(key, bytes, associated, new byte[Math.Max(0, bytes.Length - SealedBytes.NonceSize - SealedBytes.TagSize)]);

    /// <summary>HMAC-SHA256 over a backup's digest under each of the keys, the present one's first.</summary>
    internal IEnumerable<byte[]> CodesOf(byte[] text) => ((byte[]?[])[key, next, previous]).OfType<byte[]>()
        .Select(one => HMACSHA256.HashData(HKDF.DeriveKey(HashAlgorithmName.SHA256, one, Size, info: "salesos/backup/v1"u8.ToArray()), text));

    /// <summary>One line per fault, each beginning with the setting's key; never a value.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        foreach (var setting in (string[])["MasterKey:Value", NextSetting, PreviousSetting])
        {
            if (!string.IsNullOrEmpty(configuration[setting]) && Decode(configuration[setting]!) is null)
            {
                yield return $"{setting}: write {Size} random bytes in base64 (44 characters).";
            }
        }
    }

    /// <summary>The file that the program makes with an empty database; null when a setting gives the key.</summary>
    internal static string? MadeFile(IConfiguration configuration, string directory) =>
        string.IsNullOrEmpty(configuration["MasterKey:Value"]) && string.IsNullOrEmpty(configuration["MasterKey:File"]) ? Path.Combine(directory, "master.key") : null;

    /// <param name="directory">Of <c>Data:Directory</c>: where a relative path begins.</param>
    /// <param name="mayBeMade">Only together with an empty database may a key be made: for any other it would be a wrong one.</param>
    /// <exception cref="StartupFaultException">The key is missing, malformed, or its file is open to others.</exception>
    public static MasterKey Load(IConfiguration configuration, string directory, bool mayBeMade)
    {
        var (next, previous) = (Given(configuration, NextSetting), Given(configuration, PreviousSetting));
        if (Given(configuration, "MasterKey:Value") is { } value)
        {
            return new MasterKey(value, next, previous);
        }

        var made = MadeFile(configuration, directory) is not null;
        var path = MadeFile(configuration, directory) ?? Path.GetFullPath(configuration["MasterKey:File"]!, directory);
        try
        {
            if (!File.Exists(path))
            {
                if (!mayBeMade)
                {
                    throw new StartupFaultException($"MasterKey:File: {path} is missing, and the database was made with it. Put it back, or set MasterKey:Value.");
                }

                Make(path);
            }

            var open = !OperatingSystem.IsWindows()
                && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None;
            if (open && made)
            {
                throw new StartupFaultException($"MasterKey:File: {path} can be read by others. Run: chmod 400 {path}");
            }

            return new MasterKey(Decode(File.ReadAllText(path).Trim()) ?? throw new StartupFaultException($"MasterKey:File: {path} does not hold {Size} bytes in base64."), next, previous)
            {
                Warning = open ? path : null,
            };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupFaultException($"MasterKey:File: {path} can't be read: {fault.Message}");
        }
    }

    private static byte[]? Given(IConfiguration configuration, string setting) =>
        configuration[setting] is { Length: > 0 } text ? Decode(text) ?? throw new StartupFaultException([.. Faults(configuration)]) : null;

    private static void Make(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead;
        }

        using var file = new FileStream(path, options);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Size)) + "\n"));
        // The database will soon depend on it: on the disk before the first wrapped key is.
        file.Flush(flushToDisk: true);
    }

    private static byte[]? Decode(string base64)
    {
        var bytes = new byte[Size + 16];
        return Convert.TryFromBase64String(base64, bytes, out var written) && written == Size ? bytes[..Size] : null;
    }
}
