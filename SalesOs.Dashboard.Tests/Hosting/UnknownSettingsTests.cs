using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Hosting;

public sealed class UnknownSettingsTests
{
    [Theory]
    [InlineData("Sesion:IdleMinutes", "Session:IdleMinutes")]
    [InlineData("Session:IdleMinute", "Session:IdleMinutes")]
    [InlineData("session:idelminutes", "Session:IdleMinutes")]
    [InlineData("IdleMinutes", "Session:IdleMinutes")]
    [InlineData("Gate:SingelUse", "Gate:SingleUse")]
    [InlineData("Dmeo", "Demo")]
    [InlineData("url", "Urls")]
    [InlineData("ServiceRole:KeyHashs:0", "ServiceRole:KeyHashes")]
    [InlineData("Proxy:KnownProxy", "Proxy:KnownProxies")]
    public void Name_Mistyped_IsToldOnceWithTheNearest(string name, string nearest)
    {
        const string Hush = "a-value-that-nobody-reads";
        // The host reads the command line twice.
        var fromCommandLine = Told(c => c.AddCommandLine([$"--{name}={Hush}"]).AddCommandLine([$"--{name}={Hush}"])).ShouldHaveSingleItem();
        fromCommandLine.ShouldStartWith(name + " in the command line ");
        fromCommandLine.ShouldEndWith($" {nearest}.");
        fromCommandLine.ShouldNotContain(Hush);

        var path = name.Split(':');
        var json = new StringBuilder("\"x\"");
        foreach (var part in path.Reverse())
        {
            json.Insert(0, $"{{\"{part}\":").Append('}');
        }

        var directory = Directory.CreateTempSubdirectory("salesos-test-");
        File.WriteAllText(Path.Combine(directory.FullName, "appsettings.json"), json.ToString());
        Told(c => c.SetBasePath(directory.FullName).AddJsonFile("appsettings.json")).ShouldHaveSingleItem().ShouldBe(fromCommandLine.Replace("the command line", "appsettings.json", StringComparison.Ordinal));
        directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData("Sesion__IdleMinutes", "Session:IdleMinutes")]
    [InlineData("Session__IdleMins", "Session:IdleMinutes")]
    [InlineData("SESSION__TIMEOUT", "Session:")]
    [InlineData("Odic__Authority", "Oidc:Authority")]
    [InlineData("MasterKeys__File", "MasterKey:File")]
    [InlineData("Proxy__KnownProxie__0", "Proxy:KnownProxies")]
    public void Variable_InASectionOfOurs_IsTold(string name, string nearest) =>
        Told(c => c.Add(new Variable(name))).ShouldHaveSingleItem().ShouldContain("one: " + nearest);

    [Theory]
    [InlineData("PATH_X")]
    [InlineData("DATE__FORMAT")]
    [InlineData("APP__NAME")]
    [InlineData("Serilog__MinimumLevel")]
    [InlineData("KUBERNETES_SERVICE_HOST")]
    [InlineData("API_SERVICE_PORT")]
    [InlineData("SESSION_MANAGER")]
    [InlineData("ASPNETCORE_Kestrel__Certificates__Default__Path")]
    [InlineData("DOTNET_gcServer")]
    [InlineData("COMPlus_EnableDiagnostics")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES")]
    [InlineData("Logging__LogLevel__Default")]
    [InlineData("Kestrel__Limits__MaxConcurrentConnections")]
    [InlineData("Roles__helper")]
    [InlineData("SESSION__IDLEMINUTES")]
    [InlineData("ServiceRole__KeyHashes__12")]
    [InlineData("SQLCONNSTR_Main")]
    [InlineData("Sessions__Store__Redis__Host")]
    public void Variable_OfOthersOrKnown_IsNotTold(string name) =>
        Told(c => c.Add(new Variable(name)).Add(new Variable(name.Replace("ASPNETCORE_", "", StringComparison.Ordinal).Replace("DOTNET_", "", StringComparison.Ordinal)))).ShouldBeEmpty();

    [Fact]
    public async Task Program_WithAMistypedSetting_StartsAndTellsIt()
    {
        using var log = new LogLines();
        await using var dashboard = await RunningDashboard.StartAsync(configure: builder => builder.Logging.AddProvider(log), settings: ["--Sesion:IdleMinutes=5"]);

        Warnings(log).Where(line => line.Contains("setting of this program", StringComparison.Ordinal)).ShouldBe(
            ["Sesion:IdleMinutes in the command line is no setting of this program and changes nothing. The nearest that is one: Session:IdleMinutes."]);
    }

    private static IReadOnlyList<string> Told(Action<IConfigurationBuilder> add)
    {
        var builder = new ConfigurationBuilder();
        add(builder);
        using var log = new LogLines();
        using var logging = LoggerFactory.Create(l => l.AddProvider(log));
        new UnknownSettings(builder.Build(), logging.CreateLogger<UnknownSettings>()).Tell();
        return Warnings(log);
    }

    private static IReadOnlyList<string> Warnings(LogLines log) => [.. log.All.Where(line => line.Level == LogLevel.Warning).Select(line => line.Text.TrimEnd())];

    /// <summary>As one of the environment would be read; a true one would reach the other tests' programs.</summary>
    private sealed class Variable(string name) : EnvironmentVariablesConfigurationProvider, IConfigurationSource
    {
        public override void Load() => Data = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { [name.Replace("__", ":", StringComparison.Ordinal)] = "x" };

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;
    }
}
