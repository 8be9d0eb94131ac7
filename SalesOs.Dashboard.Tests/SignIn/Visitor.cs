using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>One browser at the running dashboard: keeps its cookies, follows redirects by hand so that each can be looked at.</summary>
internal sealed partial class Visitor : IDisposable
{
    public const string Admin = "admin@acme.test";

    private readonly RunningDashboard dashboard;
    private readonly HttpClient client;

    /// <param name="cookies">Those of a browser that was there before, if any.</param>
    public Visitor(RunningDashboard dashboard, CookieContainer? cookies = null)
    {
        this.dashboard = dashboard;
        Cookies = cookies ?? new CookieContainer();
        client = dashboard.NewClient(followRedirects: false, Cookies);
    }

    public CookieContainer Cookies { get; }

    /// <summary>Every address that a redirect led to, in order.</summary>
    public List<Uri> Trail { get; } = [];

    public string? SessionCookie => Cookies.GetCookies(dashboard.BaseAddress)["salesos"]?.Value;

    /// <summary>Routes that tell a test who it is: by session at <c>/test/me</c>, by token at <c>/v1/test/me</c>.</summary>
    public static void MapMirror(WebApplication app)
    {
        app.MapGet("/test/me", async (SessionCaller session) => Results.Json(await session.GetAsync(), JsonSerializerOptions.Web));
        app.MapGet("/test/tokens", async (IAuthenticationService authentication, HttpContext context) => Results.Text(string.Join(
            ' ', (await authentication.AuthenticateAsync(context, scheme: null)).Properties!.GetTokens().Select(t => t.Name).Order(StringComparer.Ordinal))));
        app.MapGet("/test/private", () => "for people").RequireAuthorization();
        app.MapGet("/test/form", (IAntiforgery antiforgery, HttpContext context) => antiforgery.GetAndStoreTokens(context).RequestToken);
        app.MapGet("/v1/test/me", [Authorize(SignInSchemes.ApiPolicy)] (RequestCallers callers, HttpContext context, string? body) =>
            callers.Of(context, body) is { Known: true, Caller: { } caller } ? Results.Json(caller, JsonSerializerOptions.Web) : Envelope.Error(ApiProblems.ProblemOf(callers.Of(context, body).Error!.Value)));
    }

    public Task<HttpResponseMessage> GetAsync(string address) => client.GetAsync(address);

    public async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage answer)
    {
        while (answer.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.SeeOther)
        {
            var next = new Uri(answer.RequestMessage!.RequestUri!, answer.Headers.Location!);
            Trail.Add(next);
            answer = await client.GetAsync(next);
        }

        return answer;
    }

    /// <summary>The provider's page, as it stands after <c>/sign-in</c>.</summary>
    public async Task<HttpResponseMessage> OpenSignInAsync(string returnUrl = "/test/me") =>
        await FollowAsync(await client.GetAsync($"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}"));

    /// <summary>The hidden fields of a page's form.</summary>
    public static IEnumerable<KeyValuePair<string, string>> FieldsOf(string html) => HiddenField().Matches(html).Select(m =>
        KeyValuePair.Create(WebUtility.HtmlDecode(m.Groups["name"].Value), WebUtility.HtmlDecode(m.Groups["value"].Value)));

    /// <summary>Clicks a button of the provider's page; gives the answer before any redirect is followed.</summary>
    public async Task<HttpResponseMessage> ClickAsync(HttpResponseMessage page, string person)
    {
        var fields = FieldsOf(await page.Content.ReadAsStringAsync());
        return await client.PostAsync("/connect/authorize", new FormUrlEncodedContent([.. fields, KeyValuePair.Create("person", person)]));
    }

    /// <summary>The whole journey; gives the page that it ends on.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string person = Admin, string returnUrl = "/test/me") =>
        await FollowAsync(await ClickAsync(await OpenSignInAsync(returnUrl), person));

    /// <summary>What a page puts into its forms.</summary>
    public Task<string> FormTokenAsync() => client.GetStringAsync("/test/form");

    /// <param name="formToken">Of a page that was opened before; null: of a new one.</param>
    public async Task<HttpResponseMessage> SignOutAsync(string? formToken = null)
    {
        var token = formToken ?? await FormTokenAsync();
        return await FollowAsync(await client.PostAsync("/sign-out", new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)])));
    }

    public Task<HttpResponseMessage> PostAsync(string address) => client.PostAsync(address, new FormUrlEncodedContent([]));

    /// <summary>The e-mail of the session's caller, or null when there is none.</summary>
    public async Task<string?> WhoAsync()
    {
        var body = await client.GetStringAsync("/test/me");
        return body.Length == 0 ? null : JsonDocument.Parse(body).RootElement.GetProperty("email").GetString();
    }

    public void Dispose() => client.Dispose();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HiddenField();
}
