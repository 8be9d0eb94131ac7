namespace SalesOs.Dashboard.Tests.Architecture;

public class HouseRuleTests
{
    [Theory]
    [InlineData("ApiKeys/FooHelper.cs")]
    [InlineData("ApiKeys/FooHelpers.cs")]
    [InlineData("ApiKeys/KeyUtil.cs")]
    [InlineData("ApiKeys/Utils/Key.cs")]
    [InlineData("ApiKeys/Common/Key.cs")]
    [InlineData("ApiKeys/KeyManager.cs")]
    [InlineData("ApiKeys/Extensions.cs")]
    [InlineData("ApiKeys/StringExtensions.cs")]
    [InlineData("ApiKeys/Key.Helpers.cs")]
    [InlineData("Components/Models/Key.razor")]
    [InlineData("Components/PageHelper.razor")]
    public void Path_ThatSaysNothing_IsFound(string path) => Planted.In(path, "").ShouldNotBeEmpty();

    [Theory]
    [InlineData("class KeyHelper;")]
    [InlineData("static class KeyExtensions { }")]
    [InlineData("sealed record KeyModels(int One);")]
    [InlineData("readonly record struct KeyUtils(int One);")]
    [InlineData("interface IKeyManager;")]
    [InlineData("enum KeyCommon { One }")]
    [InlineData("struct\n    KeyUtility { }")]
    public void Type_ThatSaysNothing_IsFound(string type) => Planted.In("ApiKeys/Key.cs", $"namespace SalesOs.Dashboard.ApiKeys;\n{type}").ShouldNotBeEmpty();

    [Fact]
    public void TestFile_ThatSaysNothing_IsFound() =>
        HouseRules.Check([new SourceFile("SalesOs.Dashboard.Tests/TestHelper.cs", "")]).ShouldNotBeEmpty();

    [Theory]
    [InlineData("ApiKeys/Model.cs", "namespace SalesOs.Dashboard.ApiKeys;\nclass Model { void Use(SignInManager<int> manager) { } }")]
    [InlineData("ApiKeys/Commons.cs", "namespace SalesOs.Dashboard.ApiKeys;\nrecord HelperText(string Utils);")]
    public void Name_ThatOnlyResembles_IsLeftAlone(string path, string text) => Planted.In(path, text).ShouldBeEmpty();

    [Theory]
    [InlineData("unsafe { }")]
    [InlineData("static unsafe void Fetch() { }")]
    public void Code_ThatIsUnsafe_IsFound(string line) => Planted.InBody(line).ShouldNotBeEmpty();

    [Fact]
    public void Word_UnsafeInAText_IsLeftAlone() => Planted.InBody("var policy = \"'unsafe-inline'\"; // unsafe").ShouldBeEmpty();

    [Theory]
    [InlineData("var now = DateTime.Now;")]
    [InlineData("var now = System.DateTime.UtcNow;")]
    [InlineData("var now = DateTime.Today;")]
    [InlineData("var now = DateTimeOffset\n            .UtcNow;")]
    [InlineData("var text = $\"{DateTimeOffset.Now}\";")]
    [InlineData("Thread.Sleep(1);")]
    [InlineData("var now = Environment.TickCount64;")]
    [InlineData("await Task.Delay(1_000);")]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);")]
    [InlineData("await Task.Delay(waitTime, CancellationToken.None);")]
    [InlineData("await Task.Delay(Math.Max(1, time), token);")]
    [InlineData("using var timer = new PeriodicTimer(period);")]
    public void Clock_ReadOrWaitedForBesideTheTimeProvider_IsFound(string line) => Planted.InBody(line).ShouldNotBeEmpty();

    [Theory]
    [InlineData("using static System.DateTime;")]
    [InlineData("using Clock = System.DateTimeOffset;")]
    [InlineData("using static System.Threading.Tasks.Task;")]
    public void Clock_HiddenBehindAUsing_IsFound(string line) => Planted.OnTop(line).ShouldNotBeEmpty();

    [Theory]
    [InlineData("var now = time.GetUtcNow();")]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);")]
    [InlineData("await Task.Delay(Wait(1, 2), timeProvider);")]
    [InlineData("await Task.Delay(wait, this.clock, token);")]
    [InlineData("using var timer = new PeriodicTimer(period, time);")]
    [InlineData("var epoch = DateTimeOffset.UnixEpoch;")]
    [InlineData("var text = \"DateTime.Now\";")]
    public void Clock_TakenFromTheTimeProvider_IsLeftAlone(string line) => Planted.InBody(line).ShouldBeEmpty();

    [Theory]
    [InlineData("class Sweeper : BackgroundService;")]
    [InlineData("sealed class Sweeper(int every) : Microsoft.Extensions.Hosting.BackgroundService;")]
    public void Loop_ThatIsNoPeriodicJob_IsFound(string type) => Planted.In("ApiKeys/Sweeper.cs", $"namespace SalesOs.Dashboard.ApiKeys;\n{type}").ShouldNotBeEmpty();

    [Theory]
    [InlineData("Signing", "Microsoft.AspNetCore.Http.IHeaderDictionary headers;")]
    [InlineData("Signing", "HttpContext context;")]
    [InlineData("Signing", "TimeProvider time;")]
    [InlineData("Signing", "IServiceCollection services;")]
    [InlineData("Access", "Microsoft.EntityFrameworkCore.DbContext db;")]
    [InlineData("ApiKeys", "HttpContext context;")]
    [InlineData("ApiKeys", "MudBlazor.Color color;")]
    [InlineData("Sales", "IResult result;")]
    [InlineData("Gate", "Microsoft.EntityFrameworkCore.DbContext db;")]
    [InlineData("Gate", "SalesOs.Dashboard.Persistence.Database database;")]
    [InlineData("Api", "DashboardDbContext db;")]
    [InlineData("Integration", "IDbContextFactory<int> factory;")]
    [InlineData("Components", "Microsoft . EntityFrameworkCore.DbContext db;")]
    [InlineData("Components", "HttpClient client;")]
    public void Room_TouchingWhatItNeverDoes_IsFound(string room, string line) => Planted.InBody(line, room).ShouldNotBeEmpty();

    [Theory]
    [InlineData("Gate", "HttpContext context;")]
    [InlineData("Hosting", "HttpClient client;")]
    [InlineData("Audit", "Microsoft.EntityFrameworkCore.DbContext db;")]
    public void Room_TouchingWhatItMay_IsLeftAlone(string room, string line) => Planted.InBody(line, room).ShouldBeEmpty();

    [Theory]
    [InlineData("var opened = (Microsoft.Data.Sqlite.SqliteConnection)connection;")]
    [InlineData("Npgsql.NpgsqlConnection line;")]
    [InlineData("if (provider is DatabaseProvider.Postgres) { }")]
    [InlineData("command.CommandText = \"SELECT MAX(rowid) FROM api_keys\";")]
    [InlineData("command.CommandText = \"PRAGMA user_version\";")]
    [InlineData("command.CommandText = \"SELECT pg_advisory_lock(1)\";")]
    public void Database_NamedOutsideItsEngine_IsFound(string line) => Planted.InBody(line).ShouldNotBeEmpty();

    [Theory]
    [InlineData("Persistence/Sqlite/File.cs", "namespace SalesOs.Dashboard.Persistence.Sqlite;\nclass File { SqliteConnection one; string sql = \"PRAGMA user_version\"; }")]
    [InlineData("Persistence/Postgres/Server.cs", "namespace SalesOs.Dashboard.Persistence.Postgres;\nclass Server { NpgsqlConnection one; string sql = \"SELECT pg_advisory_lock(1)\"; }")]
    [InlineData("ApiKeys/Key.cs", "namespace SalesOs.Dashboard.ApiKeys;\n\n// SQLite orders by bytes.\nclass Key;")]
    public void Database_NamedInItsEngineOrInAComment_IsLeftAlone(string path, string text) => Planted.In(path, text).ShouldBeEmpty();
}
