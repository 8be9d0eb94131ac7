using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>Who is taken to have left by what the provider says at a refresh.</summary>
public sealed class DepartureTests(StubbedDashboard shared) : IClassFixture<StubbedDashboard>
{
    private readonly Sessions sessions = shared.Dashboard.Services.GetRequiredService<Sessions>();
    private readonly Database database = shared.Dashboard.Services.GetRequiredService<Database>();

    [Theory]
    [InlineData("invalid_grant", "User disabled")]
    [InlineData("invalid_grant", "Unknown user")]
    [InlineData("invalid_grant", "Account has been deleted")]
    [InlineData("invalid_grant", "AADSTS50057: The user account is disabled. Trace ID: 1 Correlation ID: 2")]
    [InlineData("invalid_grant", "AADSTS50034: The user account does not exist in the directory.")]
    public async Task Refresh_RefusedSinceTheAccountIsGone_MeansThatThePersonHasLeft(string error, string description)
    {
        shared.Issuer.Tokens = _ => Results.Json(new { error, error_description = description }, statusCode: 400);

        (await AskedAsync("gone-" + Guid.NewGuid())).ShouldBe((Left: true, SessionEnded: true, Entries: 1));
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant"}""", true)]
    [InlineData(400, """{"error":"invalid_grant","error_description":"Token is not active"}""", true)]
    [InlineData(400, """{"error":"invalid_grant","error_description":"Session not active"}""", true)]
    [InlineData(400, """{"error":"invalid_grant","error_description":"The refresh token is invalid or expired."}""", true)]
    [InlineData(400, """{"error":"invalid_grant","error_description":"AADSTS700082: The refresh token has expired due to inactivity."}""", true)]
    [InlineData(400, """{"error":"invalid_grant","error_description":"AADSTS50173: The provided grant has expired due to it being revoked."}""", true)]
    [InlineData(400, """{"error":"invalid_client","error_description":"User disabled"}""", false)]
    [InlineData(500, """{"error":"invalid_grant","error_description":"User disabled"}""", false)]
    [InlineData(429, "{}", false)]
    [InlineData(200, "<html>User disabled</html>", false)]
    public async Task Refresh_RefusedOtherwise_DoesNot(int status, string body, bool ends)
    {
        shared.Issuer.Tokens = _ => Results.Text(body, "application/json", statusCode: status);

        (await AskedAsync("here-" + Guid.NewGuid())).ShouldBe((Left: false, SessionEnded: ends, Entries: 0));
    }

    [Fact]
    public async Task Provider_ThatIsAway_SaysNothing()
    {
        await using var alone = new StubbedDashboard();
        await alone.InitializeAsync();
        var test = new DepartureTests(alone);
        await alone.Issuer.DisposeAsync();

        (await test.AskedAsync("ana")).ShouldBe((Left: false, SessionEnded: false, Entries: 0));
    }

    [Fact]
    public async Task Person_WhoSignsInAgain_IsBack()
    {
        shared.Issuer.Tokens = _ => Results.Json(new { error = "invalid_grant", error_description = "User disabled" }, statusCode: 400);
        var subject = "back-" + Guid.NewGuid();
        (await AskedAsync(subject)).Left.ShouldBeTrue();

        await shared.Dashboard.Services.GetRequiredService<SignInEvents>().SignedInAsync(KeyHouse.Admin("a") with { Subject = subject });

        await using var db = database.Read("a");
        (await db.Set<Person>().SingleAsync(p => p.Subject == subject)).LeftAt.ShouldBeNull();
        (await db.Set<AuditEntry>().OrderByDescending(e => e.Sequence).FirstAsync()).Action.ShouldBe(AuditActions.PersonReturned);
    }

    /// <summary>A minute passes in the session of somebody of two tenants, and they act.</summary>
    private async Task<(bool Left, bool SessionEnded, int Entries)> AskedAsync(string subject)
    {
        foreach (var tenant in (string[])["a", "b"])
        {
            await shared.Dashboard.Services.GetRequiredService<SignInEvents>().SignedInAsync(KeyHouse.Admin(tenant) with { Subject = subject });
        }

        var properties = new AuthenticationProperties();
        properties.SetString(Session.TenantItem, "a");
        properties.StoreTokens([new AuthenticationToken { Name = "refresh_token", Value = "r1" }]);
        var key = await sessions.StoreAsync(new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", subject), new Claim("tenant_id", "a"), new Claim("roles", "admin")], "token")), properties, SignInSchemes.Session));
        var session = (await sessions.FindAsync((await sessions.RetrieveAsync(key))!.Principal, renew: false))!;
        shared.Clock.Advance(TimeSpan.FromSeconds(60));
        await using (var scope = shared.Dashboard.Services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = new DefaultHttpContext { User = session.Principal };
            await scope.ServiceProvider.GetRequiredService<SessionCaller>().GetAsync();
        }

        var ended = await sessions.FindAsync(session.Id, renew: false) is null;
        var left = new List<bool>();
        var entries = new List<int>();
        foreach (var tenant in (string[])["a", "b"])
        {
            await using var db = database.Read(tenant);
            var person = await db.Set<Person>().SingleAsync(p => p.Subject == subject);
            left.Add(person.LeftAt is not null);
            entries.Add((await db.Set<AuditEntry>().Where(e => e.Action == AuditActions.PersonLeft).ToListAsync()).Count(e => System.Text.Encoding.UTF8.GetString(e.Canonical).Contains(person.Id.ToString(), StringComparison.Ordinal)));
        }

        // Whoever has left has left each tenant that knows them.
        left.Distinct().ShouldHaveSingleItem();
        return (left[0], ended, entries.Distinct().ShouldHaveSingleItem());
    }
}
