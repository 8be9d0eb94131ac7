using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// Keeps the keys of data protection in the database, sealed under the master key: cookies, antiforgery tokens, sign-ins under way and stored sessions hold across a
/// restart, and on every node.
/// </summary>
/// <remarks>Data protection may make a key whenever something is protected, so nothing may be protected inside a change of <see cref="Database.WriteAsync"/>.</remarks>
/// <param name="master">Asked for with the first key: data protection is put together before the database is open, and the master key's file may still be to be made.</param>
internal sealed partial class ProtectionKeys(Database database, Func<MasterKey> master, TimeProvider clock, ILogger<ProtectionKeys> logger) : IXmlRepository, IXmlEncryptor, IWrappedKeys
{
    /// <summary>What does not open is left out: cookies under it are strangers' then.</summary>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = database.Read(tenantId: null);
        var elements = new List<XElement>();
        foreach (var row in db.Set<ProtectionKey>().OrderBy(k => k.CreatedAt).ThenBy(k => k.Name).ToList())
        {
            if (TryOpen(row, master()) is { } xml)
            {
                elements.Add(XElement.Parse(Encoding.UTF8.GetString(xml)));
                CryptographicOperations.ZeroMemory(xml);
            }
            else
            {
                LogDoesNotOpen(row.Name);
            }
        }

        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var xml = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        var row = new ProtectionKey { Name = friendlyName, Sealed = master().Seal(xml, Associated(friendlyName)), CreatedAt = clock.GetUtcNow() };
        CryptographicOperations.ZeroMemory(xml);
        // Data protection has no other way to ask; it does so at start and, months apart, where a new key is due.
        database.WriteAsync(tenantId: null, db => Task.FromResult(db.Add(row))).GetAwaiter().GetResult();
    }

    /// <summary>The element is sealed as a whole when it is stored; the form is the one that <see cref="NullXmlDecryptor"/> opens.</summary>
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(new XElement("unencryptedKey", plaintextElement), typeof(NullXmlDecryptor));

    public Type Row => typeof(ProtectionKey);

    public async Task<WrappedAnew> WrapAnewAsync(DashboardDbContext db, MasterKey master)
    {
        var others = (await db.Set<ProtectionKey>().ToListAsync()).Where(row => !master.Seals(row.Sealed, Associated(row.Name))).ToList();
        var closed = new List<string>();
        foreach (var row in others)
        {
            if (TryOpen(row, master) is { } xml)
            {
                row.Sealed = master.Seal(xml, Associated(row.Name));
                CryptographicOperations.ZeroMemory(xml);
            }
            else
            {
                closed.Add(row.Name);
            }
        }

        return new WrappedAnew(others.Count - closed.Count, closed);
    }

    private static byte[]? TryOpen(ProtectionKey row, MasterKey master)
    {
        var xml = new byte[Math.Max(0, row.Sealed.Length - SealedBytes.NonceSize - SealedBytes.TagSize)];
        return master.TryOpen(row.Sealed, Associated(row.Name), xml) ? xml : null;
    }

    private static byte[] Associated(string name) => Encoding.UTF8.GetBytes($"salesos/protection-key/v1/{name}");

    [LoggerMessage(4040, LogLevel.Critical, "The stored key {Name} that protects cookies does not open: it was changed, or belongs to another master key. Who signed in under it signs in anew.")]
    private partial void LogDoesNotOpen(string name);
}
