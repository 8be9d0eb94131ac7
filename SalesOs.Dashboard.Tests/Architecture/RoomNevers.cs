using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>
/// What a room never touches, as far as a reader of sources can tell. Type names stand beside namespaces because implicit usings bring
/// some of them in unseen.
/// </summary>
public static class RoomNevers
{
    private const string Database =
        @"Microsoft\s*\.\s*EntityFrameworkCore|Microsoft\s*\.\s*Data\s*\.\s*Sqlite|" +
        @"DashboardDbContext|IDbContextFactory|DbContext";

    private const string Http =
        @"Microsoft\s*\.\s*AspNetCore\s*\.\s*(?:Http|Mvc|Routing)|" +
        @"HttpContext|HttpRequest|HttpResponse|IResult|TypedResults|IEndpointRouteBuilder";

    private const string Pages = @"Microsoft\s*\.\s*AspNetCore\s*\.\s*Components|MudBlazor|ComponentBase";

    private const string Surroundings =
        @"Microsoft\s*\.\s*AspNetCore|Microsoft\s*\.\s*Extensions|System\s*\.\s*Net\s*\.\s*Http|" +
        @"TimeProvider|Stopwatch|IServiceCollection|IServiceProvider|IConfiguration|ILogger";

    private static readonly (string Room, string What, Regex Pattern)[] Rules =
    [
        ("Signing", "HTTP", Never(Http)),
        ("Signing", "the database", Never(Database)),
        ("Signing", "clock, DI or the web", Never(Surroundings)),
        ("Access", "EF", Never(Database)),
        ("Access", "pages", Never(Pages)),
        ("ApiKeys", "HTTP", Never(Http)),
        ("ApiKeys", "pages", Never(Pages)),
        ("Sales", "HTTP", Never(Http)),
        ("Gate", "the database", Never(Database + "|Database")),
        ("Api", "EF", Never(Database)),
        ("Integration", "EF", Never(Database)),
        ("Components", "EF", Never(Database)),
        ("Components", "HTTP to ourselves", Never("HttpClient|IHttpClientFactory")),
    ];

    public static IEnumerable<Violation> Of(SourceFile file) =>
        from rule in Rules
        where file.IsSource && file.Room == rule.Room
        from Match match in rule.Pattern.Matches(file.Code)
        select file.Breaks(match.Index, $"{rule.Room} never touches {rule.What}: {match.Value}");

    private static Regex Never(string names) => Pattern.Of(@$"\b(?:{names})\b");
}
