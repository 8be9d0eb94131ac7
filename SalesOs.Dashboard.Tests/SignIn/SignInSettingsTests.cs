using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.SignIn;

public class SignInSettingsTests
{
    private static readonly (string Key, string? Value)[] Elsewhere =
    [
        ("Oidc:Authority", "https://login.example.com/realms/sales"),
        ("Oidc:ClientId", "dashboard"),
        ("Oidc:ClientSecret", "hush"),
        ("Oidc:Audience", "salesos-api"),
    ];

    [Fact]
    public void Faults_DevelopmentWithNothingSet_None() => FaultsOf("Development").ShouldBeEmpty();

    [Fact]
    public void Faults_ProductionWithAProvider_None() => FaultsOf("Production", Elsewhere).ShouldBeEmpty();

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public void Faults_OutsideDevelopmentWithoutAProvider_NameEveryMissingSetting(string environment) =>
        KeysOf(FaultsOf(environment)).ShouldBe("Oidc:Authority Oidc:ClientId Oidc:ClientSecret Oidc:Audience");

    [Theory]
    [InlineData("Oidc:Authority", "login.example.com")]
    [InlineData("Oidc:Authority", "ftp://login.example.com")]
    [InlineData("Oidc:Authority", "http://login.example.com")]
    [InlineData("Oidc:Authority", " ")]
    [InlineData("Oidc:ClientSecret", "")]
    [InlineData("Oidc:RolesClaim", " ")]
    [InlineData("Session:IdleMinutes", "0")]
    [InlineData("Session:IdleMinutes", "1441")]
    [InlineData("Session:IdleMinutes", "30.5")]
    [InlineData("Session:IdleMinutes", "-1")]
    [InlineData("Session:IdleMinutes", "721")]
    [InlineData("Session:AbsoluteHours", "169")]
    [InlineData("Session:AbsoluteHours", "twelve")]
    [InlineData("Session:RecheckSeconds", "9")]
    [InlineData("Session:CircuitsPerUser", "0")]
    [InlineData("ServiceRole:KeyHashes:0", "my-service-key")]
    [InlineData("ServiceRole:KeyHashes:0", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("ServiceRole:KeyHashes", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void Faults_OneWrongSetting_IsNamed(string key, string value)
    {
        var faults = FaultsOf("Production", [.. Elsewhere, (key, value)]);

        KeysOf(faults).ShouldBe(key);
        faults.ShouldAllBe(f => !f.Contains("my-service-key"));
    }

    [Fact]
    public void From_DevelopmentWithAnAuthority_SwitchesTheBuiltInProviderOff() =>
        SignInSettings.From(Configuration(Elsewhere), Environment("Development")).BuiltInProvider.ShouldBeFalse();

    private static List<string> FaultsOf(string environment, params (string Key, string? Value)[] settings) =>
        [.. SignInSettings.Faults(Configuration(settings), Environment(environment))];

    private static string KeysOf(IEnumerable<string> faults) => string.Join(' ', faults.Select(f => f[..f.IndexOf(": ", StringComparison.Ordinal)]));

    private static IConfigurationRoot Configuration((string Key, string? Value)[] settings)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in settings)
        {
            values[key] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    private static IHostEnvironment Environment(string name) => new HostingEnvironment { EnvironmentName = name };
}
