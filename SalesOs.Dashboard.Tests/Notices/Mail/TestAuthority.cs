using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SalesOs.Dashboard.Tests.Notices.Mail;

/// <summary>An authority of a test's own, which nobody trusts who is not told to.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Begin = DateTimeOffset.UtcNow.AddDays(-10);

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 root;
    private readonly List<X509Certificate2> issued = [];

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=An authority of the tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        root = request.CreateSelfSigned(Begin, DateTimeOffset.UtcNow.AddDays(10));
    }

    /// <summary>What makes a program trust it.</summary>
    public string Pem => root.ExportCertificatePem();

    /// <summary>A certificate for one address, with its key.</summary>
    /// <param name="until">In days from now.</param>
    public X509Certificate2 Issue(string address, int until = 5)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mail", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        using var bare = request.Create(root, Begin, DateTimeOffset.UtcNow.AddDays(until), RandomNumberGenerator.GetBytes(8));
        using var whole = bare.CopyWithPrivateKey(own);
        var certificate = X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), password: null);
        issued.Add(certificate);
        return certificate;
    }

    public void Dispose()
    {
        issued.ForEach(certificate => certificate.Dispose());
        root.Dispose();
        key.Dispose();
    }
}
