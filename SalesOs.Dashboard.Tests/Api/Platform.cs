using System.Security.Cryptography;
using System.Text;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>The platform's own program: its service key, and the setting that makes a dashboard know it.</summary>
internal static class Platform
{
    public const string ServiceKey = "the-platform's.own.key";

    public static string Setting => $"--ServiceRole:KeyHashes:0={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ServiceKey)))}";
}
