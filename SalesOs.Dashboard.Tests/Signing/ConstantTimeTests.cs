using System.Reflection;
using System.Security.Cryptography;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Signing;

/// <summary>
/// What a caller must not guess byte by byte is compared in constant time. A clock would tell that only on a quiet machine, so the compiled code is read:
/// the method calls the comparison that takes the same time always, and no other.
/// </summary>
public class ConstantTimeTests
{
    [Theory]
    [InlineData("SalesOs.Dashboard.Signing.SignatureChain", "Verify")]
    [InlineData("SalesOs.Dashboard.Usage.SignatureDiagnosis", null)]
    [InlineData("SalesOs.Dashboard.SignIn.ServiceKeys", null)]
    public void Comparison_OfWhatMustNotBeGuessed_TakesTheSameTimeAlways(string type, string? method)
    {
        var calls = typeof(DashboardHost).Assembly.GetType(type, throwOnError: true)!
            .GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(m => method is null || m.Name == method)
            .SelectMany(CallsOf)
            .ToList();

        calls.ShouldContain(call => call.DeclaringType == typeof(CryptographicOperations) && call.Name == nameof(CryptographicOperations.FixedTimeEquals));
        calls.ShouldNotContain(call => call.Name == nameof(MemoryExtensions.SequenceEqual) || call.Name == nameof(MemoryExtensions.SequenceCompareTo));
    }

    [Fact]
    public void Calls_OfAKnownMethod_AreRead() =>
        CallsOf(typeof(ConstantTimeTests).GetMethod(nameof(Unequal), BindingFlags.NonPublic | BindingFlags.Static)!).ShouldContain(call => call.Name == nameof(MemoryExtensions.SequenceEqual));

    private static bool Unequal(byte[] a, byte[] b) => !a.AsSpan().SequenceEqual(b);

    /// <summary>Every place that may be a call and names a method; a few bytes that only look so do no harm.</summary>
    private static IEnumerable<MethodBase> CallsOf(MethodInfo method)
    {
        const byte Call = 0x28;
        const byte CallVirtual = 0x6F;
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var i = 0; i < code.Length - 4; i++)
        {
            if (code[i] is Call or CallVirtual && Resolve(method, BitConverter.ToInt32(code, i + 1)) is { } called)
            {
                yield return called;
            }
        }
    }

    private static MethodBase? Resolve(MethodInfo method, int token)
    {
        try
        {
            return method.Module.ResolveMethod(token, method.DeclaringType!.GetGenericArguments(), method.GetGenericArguments());
        }
        catch (Exception fault) when (fault is ArgumentException or BadImageFormatException)
        {
            return null;
        }
    }
}
