using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace SalesOs.Dashboard.SignIn;

/// <summary>
/// Keeps the keys that protect cookies in memory. Sessions end with the process, so these may too, and nothing secret lies on the disk.
/// (<c>UseEphemeralDataProtectionProvider</c> would not do: the framework would still make a key ring in the home directory at start.)
/// </summary>
internal sealed class MemoryKeys : IXmlRepository, IXmlEncryptor
{
    private readonly Lock sync = new();
    private readonly List<XElement> elements = [];

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        lock (sync)
        {
            return [.. elements.Select(e => new XElement(e))];
        }
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        lock (sync)
        {
            elements.Add(new XElement(element));
        }
    }

    /// <summary>In memory the key would lie beside what it encrypts; the form is the one that <see cref="NullXmlDecryptor"/> opens.</summary>
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(new XElement("unencryptedKey", plaintextElement), typeof(NullXmlDecryptor));
}
