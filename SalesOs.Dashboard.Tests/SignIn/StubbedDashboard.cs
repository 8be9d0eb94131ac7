namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>A dashboard whose people sign in at a <see cref="StubIssuer"/>.</summary>
public class StubbedDashboard : SharedDashboard
{
    internal StubIssuer Issuer { get; private set; } = null!;

    // What the provider does wrong on purpose is logged at length.
    protected override IEnumerable<string> Arguments =>
        [$"--Oidc:Authority={Issuer.Address}", "--Oidc:ClientId=dashboard", "--Oidc:ClientSecret=hush", "--Logging:LogLevel:Default=None"];

    public override async ValueTask InitializeAsync()
    {
        Issuer = await StubIssuer.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Issuer.DisposeAsync();
    }
}
