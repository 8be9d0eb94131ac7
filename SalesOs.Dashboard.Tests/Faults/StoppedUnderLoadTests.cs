using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Browser;
using SalesOs.Dashboard.Tests.Hosting;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>
/// Guarantees N5 and N8: SIGTERM while callers that never pause write, signed and by the management API, and pages are open. No request that went out on an open
/// connection is left without its answer (a create or rotate may be told to come again), every page says that the server restarts before it loses it, and no key
/// is there whose maker was neither answered with its values nor is told that nobody saved them.
/// </summary>
[Trait("Speed", "Long")]
public sealed class StoppedUnderLoadTests(Chromium chromium) : IDisposable
{
    private const string Tenant = "stopped";

    private static readonly int Stops = FaultRun.Number("FAULTS_STOPS", FaultRun.Full ? 20 : 1);
    private static readonly int Pages = FaultRun.Pages(few: 3, many: 20);

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private readonly ConcurrentDictionary<string, bool> handedOver = new(StringComparer.Ordinal);
    private int sent;
    private int refused;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Sigterm_UnderWritesAndOpenPages_FailsNoRequestAndLeavesNoKeyUntold()
    {
        var (answered, slowest, told) = (0L, TimeSpan.Zero, 0);
        for (var round = 0; round < Stops; round++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"shown in round {round}");
            var (requests, took) = await StopAsync(name, saves: round % 2 == 1);
            answered += requests;
            slowest = took > slowest ? took : slowest;
            told += await ShouldAllBeToldAsync();
        }

        FaultRun.Tell(
            $"SIGTERM under writes and {Pages} open pages, {Stops} times: {answered} requests answered, none failed, {refused} creates and rotates told to come again; "
            + $"{handedOver.Count} keys answered with their values, {told} told as unsaved, none untold; slowest exit {slowest.TotalMilliseconds:0} ms");
        slowest.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    /// <param name="saves">The person who has a new key's values before them saves them when told; else nobody does.</param>
    private async Task<(int Answered, TimeSpan Took)> StopAsync(string name, bool saves)
    {
        var (program, address) = await ProgramProcess.StartAsync(directory);
        await using var stopped = program;
        await using var window = await chromium.NewWindowAsync(address);
        var first = await Person.SignInAsync(window, "admin@acme.test");
        var others = new List<Person>();
        for (var page = 1; page < Pages; page++)
        {
            var other = await Person.OpenAsync(window, "/integrations/api-keys");
            await other.LiveAsync();
            others.Add(other);
        }

        await first.CreateKeyAsync(name);
        var callers = await CallersAsync(address);
        var running = callers.Select(caller => Task.Run(caller.RunAsync)).ToList();
        while (callers.Any(c => c.Answered < 20))
        {
            running.ShouldAllBe(r => !r.IsCompleted, "nobody has stopped it yet");
            await Task.Delay(10);
        }

        var at = Stopwatch.GetTimestamp();
        var exit = program.TerminateAsync();
        await Task.WhenAll(others.Select(other => other.Page.GetByText("The server is restarting.").WaitForAsync()));
        await first.Page.GetByText("Copy both values now").WaitForAsync();
        if (saves)
        {
            await first.SaveAsync();
        }

        await Task.WhenAll(running);
        (await exit).ShouldBe(0);
        callers.SelectMany(c => c.Failed).ShouldBeEmpty();
        program.Errors.ShouldBeEmpty();
        program.Output.ShouldNotContain(line => line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal));
        return (callers.Sum(c => c.Answered), Stopwatch.GetElapsedTime(at));
    }

    /// <summary>Two that write signed requests, and two that make, edit, rotate and revoke keys.</summary>
    private async Task<IReadOnlyList<SteadyCaller>> CallersAsync(Uri address)
    {
        var made = await Management(HttpMethod.Post, "/v1/api-keys", """{"name":"used","rate_limit":1000000,"scopes":["default:sync"]}""").SendAsync(address);
        var data = made.Json.GetProperty("data");
        var (apiKey, secret) = (data.GetProperty("api_key").GetString()!, data.GetProperty("api_key_secret").GetString()!);
        handedOver[data.GetProperty("id").GetString()!] = true;
        return [Signed(), Signed(), Managing(), Managing()];

        SteadyCaller Signed() => new(
            address,
            () =>
            {
                var number = Interlocked.Increment(ref sent);
                var body = Encoding.UTF8.GetBytes($$"""{"action":"sync_collaborators","collaborators":[{"name":"Ana","email":"ana{{number % 50}}@example.com"}]}""");
                var target = string.Create(CultureInfo.InvariantCulture, $"/functions/v1/default-integration?number={number}");
                var header = RequestSigner.Authorization(apiKey, secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "POST", target, body);
                return new RawRequest("POST", target) { Body = body }.With("Content-Type: application/json", "Authorization: " + header);
            },
            (request, answer) => answer.Status.ShouldBe(200, answer.Body));

        SteadyCaller Managing()
        {
            string? id = null;
            var step = 0;
            return new SteadyCaller(
                address,
                () => id is null ? Management(HttpMethod.Post, "/v1/api-keys", """{"name":"made"}""") : (step++ % 3) switch
                {
                    0 => Management(HttpMethod.Patch, $"/v1/api-keys/{id}", $$"""{"name":"named {{step}}"}"""),
                    1 => Management(HttpMethod.Post, $"/v1/api-keys/{id}/rotate", "{}"),
                    _ => Management(HttpMethod.Post, $"/v1/api-keys/{id}/revoke", "{}"),
                },
                (request, answer) =>
                {
                    if (answer.Status == (int)HttpStatusCode.ServiceUnavailable)
                    {
                        (request.Target == "/v1/api-keys" || request.Target.EndsWith("/rotate", StringComparison.Ordinal)).ShouldBeTrue($"{request.Target} goes on");
                        answer["Retry-After"].ShouldNotBeNull();
                        Interlocked.Increment(ref refused);
                        return;
                    }

                    answer.Status.ShouldBeOneOf(200, 201);
                    if (answer.Status == 201)
                    {
                        var key = answer.Json.GetProperty("data");
                        key.GetProperty("api_key_secret").GetString().ShouldNotBeNullOrEmpty();
                        handedOver[key.GetProperty("id").GetString()!] = true;
                        id ??= key.GetProperty("id").GetString();
                    }
                    else if (request.Target.EndsWith("/revoke", StringComparison.Ordinal))
                    {
                        id = null;
                    }
                });
        }
    }

    private static RawRequest Management(HttpMethod method, string target, string body) => new RawRequest(method.Method, target) { Body = Encoding.UTF8.GetBytes(body) }
        .With("Content-Type: application/json", "Authorization: Bearer " + Platform.ServiceKey, "X-Tenant-Id: " + Tenant);

    /// <summary>After the next start each key is one that was handed over in an answer, one whose values were saved, or one that its maker is told of.</summary>
    /// <returns>How many were told, all of which are saved now.</returns>
    private async Task<int> ShouldAllBeToldAsync()
    {
        List<ApiKey> keys;
        await using (var stored = StoredData.Open(directory))
        await using (var db = stored.Database.Read(tenantId: null))
        {
            keys = await db.Set<ApiKey>().IgnoreQueryFilters().ToListAsync();
        }

        keys.Where(k => k.TenantId == Tenant).ShouldAllBe(k => handedOver.ContainsKey(k.Id.ToString()) && !k.ValuesUnsaved);
        var unsaved = keys.Where(k => k.ValuesUnsaved).ToList();
        if (unsaved.Count == 0)
        {
            return 0;
        }

        var (program, address) = await ProgramProcess.StartAsync(directory);
        await using var stopped = program;
        await using var window = await chromium.NewWindowAsync(address);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        foreach (var key in unsaved)
        {
            var notice = admin.Page.GetByRole(AriaRole.Region, new() { Name = $"Nobody has said that the values of {key.Name} were saved" });
            await notice.GetByRole(AriaRole.Button, new() { Name = "I have both values" }).ClickAsync();
            await Assertions.Expect(notice).ToHaveCountAsync(0);
        }

        return unsaved.Count;
    }
}
