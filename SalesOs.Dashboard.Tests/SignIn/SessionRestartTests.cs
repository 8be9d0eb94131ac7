using System.Net;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Tests.Hosting;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>What a restart, a new master key and a restored backup do to those who are signed in.</summary>
public sealed class SessionRestartTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly CookieContainer cookies = new();

    private string Here => Path.Combine(root, "here");

    private string Backup => Path.Combine(root, "backup.db");

    public SessionRestartTests() => Directory.CreateDirectory(Here);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task Restart_SignedIn_IsNotFelt()
    {
        string form;
        await using (var dashboard = await StartAsync())
        {
            using var before = new Visitor(dashboard, cookies);
            await before.SignInAsync();
            form = await before.FormTokenAsync();
        }

        await using var again = await StartAsync();
        using var visitor = new Visitor(again, cookies);
        (await visitor.WhoAsync()).ShouldBe(Visitor.Admin);
        // The form of a page that was opened before the restart is taken too.
        (await visitor.SignOutAsync(form)).RequestMessage!.RequestUri!.AbsolutePath.ShouldBe("/signed-out");
        (await visitor.WhoAsync()).ShouldBeNull();
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Restart_AfterKill_IsNotFeltAndASignInUnderWayComesToItsEnd()
    {
        var (program, address) = await ProgramProcess.StartAsync(Here);
        using var client = Browser(address, cookies);
        using var late = Browser(address, new CookieContainer());
        IEnumerable<KeyValuePair<string, string>> underWay;
        await using (program)
        {
            await ChooseAsync(client, await BeginAsync(client));
            underWay = await BeginAsync(late);
            await program.KillAsync();
        }

        var (again, _) = await ProgramProcess.StartAsync(Here, $"--urls={address.GetLeftPart(UriPartial.Authority)}");
        await using var second = again;
        (await client.GetAsync("/session")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await ChooseAsync(late, underWay);
        (await late.GetAsync("/session")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Restart_AfterSignOut_BringsNoStolenCookieBack()
    {
        string stolen;
        await using (var dashboard = await StartAsync())
        {
            using var before = new Visitor(dashboard, cookies);
            await before.SignInAsync();
            stolen = before.SessionCookie!;
            await before.SignOutAsync();
            (await WhoWithAsync(dashboard, stolen)).ShouldBeNull();
        }

        await using var again = await StartAsync();
        (await WhoWithAsync(again, stolen)).ShouldBeNull();
    }

    [Theory]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public async Task Restart_WhileNobodyActs_DoesNotProlongTheSession(int minutes, bool goesOn)
    {
        await using (var dashboard = await StartAsync())
        {
            using var before = new Visitor(dashboard, cookies);
            await before.SignInAsync();
        }

        time.Advance(TimeSpan.FromMinutes(minutes));
        // The provider is not asked within so long: the built-in one has forgotten its tokens.
        await using var again = await StartAsync("--Session:RecheckSeconds=3600");
        using var visitor = new Visitor(again, cookies);
        (await visitor.WhoAsync()).ShouldBe(goesOn ? Visitor.Admin : null);
    }

    [Fact]
    public async Task Restart_RightAfterAnAct_KnowsOfIt()
    {
        await using (var dashboard = await StartAsync("--Session:RecheckSeconds=3600"))
        {
            using var before = new Visitor(dashboard, cookies);
            await before.SignInAsync();
            time.Advance(TimeSpan.FromMinutes(20));
            await before.WhoAsync();
        }

        time.Advance(TimeSpan.FromMinutes(20));
        await using var again = await StartAsync("--Session:RecheckSeconds=3600");
        using var visitor = new Visitor(again, cookies);
        (await visitor.WhoAsync()).ShouldBe(Visitor.Admin);
    }

    [Fact]
    public async Task MasterKey_Changed_LeavesThePeopleSignedIn()
    {
        await using (var dashboard = await StartAsync())
        {
            using var before = new Visitor(dashboard, cookies);
            await before.SignInAsync();
        }

        var (old, next) = ((await File.ReadAllTextAsync(Path.Combine(Here, "master.key"))).Trim(), Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Size)));
        await using (var changing = await StartAsync("--MasterKey:Value=" + next, "--MasterKey:Previous=" + old))
        {
            using var visitor = new Visitor(changing, cookies);
            (await visitor.WhoAsync()).ShouldBe(Visitor.Admin);
        }

        await using var changed = await StartAsync("--MasterKey:Value=" + next);
        using var after = new Visitor(changed, cookies);
        (await after.WhoAsync()).ShouldBe(Visitor.Admin);
    }

    [Fact]
    public async Task ProtectionKey_ThatDoesNotOpen_AsksForASignInAndNoMore()
    {
        await using (var dashboard = await StartAsync())
        {
            using var before = new Visitor(dashboard, cookies);
            await before.SignInAsync();
        }

        await using (var stored = StoredData.Open(Here))
        {
            // With its entry in nothing that is chained, so the store's mark holds.
            await stored.Database.WriteAsync(tenantId: null, db => db.Set<ProtectionKey>().ExecuteUpdateAsync(set => set.SetProperty(k => k.Sealed, new byte[100])));
        }

        await using var again = await StartAsync("--Logging:LogLevel:Default=None");
        using var visitor = new Visitor(again, cookies);
        (await visitor.WhoAsync()).ShouldBeNull();
        await visitor.SignInAsync();
        (await visitor.WhoAsync()).ShouldBe(Visitor.Admin);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Restore_OfABackup_SignsEverybodyOut()
    {
        await using (var dashboard = await StartAsync())
        {
            using var before = new Visitor(dashboard, cookies);
            await before.SignInAsync();
            (await ProgramProcess.CommandAsync("backup", Backup, "--Data:Directory=" + Here)).ExitCode.ShouldBe(0);
        }

        var restore = await ProgramProcess.CommandAsync("restore", Backup, "--Data:Directory=" + Here);
        restore.ExitCode.ShouldBe(0, string.Join('\n', restore.Errors));

        await using var again = await StartAsync();
        using var visitor = new Visitor(again, cookies);
        (await visitor.WhoAsync()).ShouldBeNull();
        (await again.SessionsAsync()).ShouldBeEmpty();
    }

    private static async Task<string?> WhoWithAsync(RunningDashboard dashboard, string cookie)
    {
        var jar = new CookieContainer();
        jar.Add(dashboard.BaseAddress, new Cookie("salesos", cookie));
        using var thief = new Visitor(dashboard, jar);
        return await thief.WhoAsync();
    }

    private static HttpClient Browser(Uri address, CookieContainer cookies) => new(new SocketsHttpHandler { CookieContainer = cookies, UseProxy = false }) { BaseAddress = address };

    /// <summary>The provider's form, as it is shown to whoever is to sign in.</summary>
    private static async Task<IEnumerable<KeyValuePair<string, string>>> BeginAsync(HttpClient client) =>
        [.. Visitor.FieldsOf(await client.GetStringAsync("/sign-in?returnUrl=%2Fsession"))];

    private static async Task ChooseAsync(HttpClient client, IEnumerable<KeyValuePair<string, string>> form) =>
        (await client.PostAsync("/connect/authorize", new FormUrlEncodedContent([.. form, KeyValuePair.Create("person", Visitor.Admin)]))).StatusCode.ShouldBe(HttpStatusCode.NoContent);

    private Task<RunningDashboard> StartAsync(params string[] settings) => RunningDashboard.StartAsync(time, map: Visitor.MapMirror, directory: Here, settings: settings);
}
