using System.Security.Cryptography;

namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// The 32 bytes that wrap every tenant's data key and the audit log's signing key; not in the database. From <c>MasterKey:Value</c> (base64), else from the file
/// <c>MasterKey:File</c>, which is made on the first run.
/// </summary>
public sealed class MasterKey
{
    public const int Size = 32;

    private readonly byte[] key;

    internal MasterKey(byte[] key) => this.key = key;

    internal ReadOnlySpan<byte> Bytes => key;

    /// <summary>The one before, from <c>MasterKey:Previous</c>, while the master key is being changed.</summary>
    public MasterKey? Previous { get; private init; }

    /// <summary>Set when the key's file, though mounted by the operator, can be read by others.</summary>
    public string? Warning { get; private init; }

    public override string ToString() => "MasterKey ***";

    /// <summary>One line per fault, each beginning with the setting's key; never a value.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        foreach (var setting in (string[])["MasterKey:Value", "MasterKey:Previous"])
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
        var previous = configuration["MasterKey:Previous"] is { Length: > 0 } before
            ? new MasterKey(Decode(before) ?? throw new StartupFaultException([.. Faults(configuration)]))
            : null;
        if (configuration["MasterKey:Value"] is { Length: > 0 } value)
        {
            return new MasterKey(Decode(value) ?? throw new StartupFaultException([.. Faults(configuration)])) { Previous = previous };
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

            return new MasterKey(Decode(File.ReadAllText(path).Trim()) ?? throw new StartupFaultException($"MasterKey:File: {path} does not hold {Size} bytes in base64."))
            {
                Warning = open ? path : null,
                Previous = previous,
            };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupFaultException($"MasterKey:File: {path} can't be read: {fault.Message}");
        }
    }

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
