using Microsoft.Extensions.Time.Testing;

namespace SalesOs.Dashboard.Tests.Hosting;

public sealed class SecurityContactTests
{
    private const string Path = "/.well-known/security.txt";

    [Fact]
    public async Task Contact_ThatIsSet_IsToldAsTheStandardHasIt()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        await using var dashboard = await RunningDashboard.StartAsync(clock, settings: "--Site:SecurityContact=mailto:security@example.com");

        using var answer = await dashboard.Client.GetAsync(Path);

        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=utf-8");
        (await answer.Content.ReadAsStringAsync()).ShouldBe("Contact: mailto:security@example.com\nExpires: 2027-05-21T00:00:00Z\nPreferred-Languages: en, pt-BR\n");
    }

    [Fact]
    public async Task Contact_ThatIsNotSet_Is404()
    {
        await using var dashboard = await RunningDashboard.StartAsync();

        (await new RawRequest("GET", Path).SendAsync(dashboard.BaseAddress)).Status.ShouldBe(404);
    }
}
