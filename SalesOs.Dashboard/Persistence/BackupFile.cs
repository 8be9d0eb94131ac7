using System.Security.Cryptography;
using System.Text;

namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// A file that a backup is written to. Where its form has no check of its own, a seal stands at its end: a digest of what comes before, which shows damage, and a code that only
/// who holds the master key can make, which shows a change: what is restored are statements that the server runs.
/// </summary>
internal static class BackupFile
{
    private const string Form = "salesos-backup-v1";

    /// <summary>Characters: a line's end, the form, two digests in lowercase hex with a space before each, a line's end.</summary>
    private const int SealSize = 1 + 17 + (2 * (1 + 64)) + 1;

    /// <exception cref="StartupFaultException">It is there already, or its folder is not.</exception>
    public static void DemandNew(string file)
    {
        if (File.Exists(file) || Directory.Exists(file))
        {
            throw new StartupFaultException($"{file}: is there already; a backup overwrites nothing.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(file)))
        {
            throw new StartupFaultException($"{file}: there is no folder {Path.GetDirectoryName(file)}.");
        }
    }

    /// <summary>Puts the seal behind what the file holds.</summary>
    public static async Task SealAsync(string file, MasterKey master, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var digest = await DigestAsync(stream, stream.Length, cancellationToken);
        stream.Position = stream.Length;
        await stream.WriteAsync(SealOf(digest, master.CodesOf(Signed(digest)).First()), cancellationToken);
    }

    /// <summary>Demands that the file is as it was sealed.</summary>
    /// <returns>SHA-256 of the whole file, lowercase hex.</returns>
    /// <exception cref="StartupFaultException">It can't be read, is no backup, is damaged or cut, was changed, or was made with another master key.</exception>
    public static async Task<string> DemandSealedAsync(string file, MasterKey master, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            var seal = new byte[SealSize];
            if (stream.Length > SealSize)
            {
                stream.Position = stream.Length - SealSize;
                await stream.ReadExactlyAsync(seal, cancellationToken);
                stream.Position = 0;
            }

            if (Encoding.ASCII.GetString(seal).Split('\n') is not ["", var line, ""] || line.Split(' ') is not [Form, _, _])
            {
                throw new StartupFaultException($"{file}: is no backup of this program, or its end was cut off.");
            }

            var digest = await DigestAsync(stream, stream.Length - SealSize, cancellationToken);
            if (!seal.AsSpan(1 + Form.Length + 1, digest.Length * 2).SequenceEqual(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(digest))))
            {
                throw new StartupFaultException($"{file}: is damaged: it is not what was written.");
            }

            if (!master.CodesOf(Signed(digest)).Any(code => CryptographicOperations.FixedTimeEquals(SealOf(digest, code), seal)))
            {
                throw new StartupFaultException($"MasterKey:Value or MasterKey:File: {file} was made with another master key, or was changed.");
            }

            stream.Position = 0;
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupFaultException($"{file}: can't be read: {fault.Message}");
        }
    }

    private static byte[] Signed(byte[] digest) => Encoding.ASCII.GetBytes($"{Form} {Convert.ToHexStringLower(digest)}");

    private static byte[] SealOf(byte[] digest, byte[] code) => Encoding.ASCII.GetBytes($"\n{Form} {Convert.ToHexStringLower(digest)} {Convert.ToHexStringLower(code)}\n");

    /// <summary>SHA-256 of the stream's first bytes.</summary>
    private static async Task<byte[]> DigestAsync(Stream stream, long length, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        for (var left = length; left > 0;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException();
            }

            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        return hash.GetHashAndReset();
    }
}
