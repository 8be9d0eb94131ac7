using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>
/// The program as it is, with three routes more: an echo behind the gate, the same without it, and the same behind a naive gate.
/// Prints its address and its keys, then runs until its standard input ends.
/// </summary>
internal static class LoadServer
{
    public const string Signed = "/bench/signed";
    public const string Ungated = "/bench/ungated";
    public const string Naive = "/bench/naive";
    public const string Allocated = "/bench/allocated";

    /// <summary>Names the Redis that holds the gate's memory.</summary>
    public const string RedisVariable = "SALESOS_BENCH_REDIS";

    /// <summary>Whether claims go to it in batches.</summary>
    public const string TogetherVariable = "SALESOS_BENCH_TOGETHER";

    /// <summary>Of the keys in the ring alone, as many are told to the client.</summary>
    public const int MostTold = 50_000;

    /// <param name="keys">How many it makes as the program makes them, of each kind.</param>
    /// <param name="inRing">How many more it puts into the ring alone, which is all that the gate asks. What is counted of them finds no row and is dropped.</param>
    public static async Task<int> RunAsync(string directory, int keys, int inRing)
    {
        var builder = DashboardHost.CreateBuilder(
            ["--applicationName=SalesOs.Dashboard", "--environment=Development", "--urls=http://127.0.0.1:0", $"--Data:Directory={directory}", "--Logging:LogLevel:Default=Warning", "--ApiKeys:MaxPerTenant=2000000", "--Session:CircuitsPerUser=1000", .. inRing > 0 ? ["--Usage:FlushSeconds=60"] : Array.Empty<string>()]);
        builder.AddDashboard();
        if (Environment.GetEnvironmentVariable(RedisVariable) is { Length: > 0 } redis)
        {
            AddRedis(builder.Services, redis, together: Environment.GetEnvironmentVariable(TogetherVariable) != "no");
        }

        await using var app = builder.Build();
        app.UseDashboard();
        foreach (var method in (string[])["GET", "POST"])
        {
            app.MapMethods(Signed, [method], (RequestDelegate)EchoSignedAsync).RequireSignature(Scopes.DefaultSync);
            // Runs as soon as routing has found it: it passes by all that a signed request passes by.
            app.MapMethods(Ungated, [method], (RequestDelegate)EchoAsync).ShortCircuit();
            app.MapMethods(Naive, [method], (RequestDelegate)NaiveGate.RunAsync).ShortCircuit();
        }

        app.MapGet(Allocated, (HttpContext context) => GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture)).ShortCircuit();
        await app.PrepareAsync();
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        await Console.Out.WriteLineAsync(address);
        var service = app.Services.GetRequiredService<ApiKeyService>();
        var made = Enumerable.Repeat(new NewKey("load", Scopes: [Scopes.DefaultSync], RateLimit: 1_000_000, AllowedIps: ["127.0.0.0/8"], SingleUse: false), keys)
            .Concat(Enumerable.Repeat(new NewKey("load, single use", Scopes: [Scopes.DefaultSync], RateLimit: 1_000_000, AllowedIps: ["127.0.0.0/8"], SingleUse: true), keys))
            .Append(new NewKey("load, limited", Scopes: [Scopes.DefaultSync], RateLimit: 1, AllowedIps: ["127.0.0.0/8"], SingleUse: false));
        foreach (var request in made)
        {
            var key = (await service.CreateAsync(request, Owner)).Value!;
            await Console.Out.WriteLineAsync($"{key.ApiKey} {key.Secret} {key.Key.Id}");
        }

        var ring = app.Services.GetRequiredService<KeyRing>();
        for (var i = 0; i < inRing; i++)
        {
            var key = PutInto(ring);
            if (i % Math.Max(1, inRing / MostTold) == 0)
            {
                await Console.Out.WriteLineAsync(key);
            }
        }

        await Console.Out.FlushAsync();
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }

    /// <summary>A prefix of its own for each server, and patience for a core that does other things too.</summary>
    private static void AddRedis(IServiceCollection services, string redis, bool together)
    {
        var options = new ClusterOptions(WindowSeconds: 30, new RedisOptions(redis, $"bench-{Environment.ProcessId}", TimeSpan.FromSeconds(2)));
        services.AddRedisMemory(options);
        if (!together)
        {
            services.AddSingleton(provider => new RedisMemory(
                options, provider.GetRequiredService<IGateRecord>(), TimeProvider.System, provider.GetRequiredService<ILogger<RedisMemory>>(), mostUnderWay: int.MaxValue, mostAtOnce: 1));
        }
    }

    private static readonly string SecretOfAll = CredentialFormat.NewSecret(test: false);

    /// <summary>In the tenant of the built-in sign-in's people, who see the keys on their page.</summary>
    internal static Caller Owner { get; } = new(CallerKind.Service, "service:load", "11111111-1111-4111-8111-111111111111", TenantName: null, "load", Email: null, [], Capabilities.All);

    private static string PutInto(KeyRing ring)
    {
        var (apiKey, k1) = (CredentialFormat.NewApiKey(test: false), new byte[SignatureChain.DigestSize]);
        SignatureChain.DeriveK1(SecretOfAll, apiKey, k1);
        var id = Guid.CreateVersion7();
        ring.Put(new RingKey(apiKey, k1)
        {
            Version = 1,
            Ordinal = ring.NextOrdinal(),
            Id = id,
            TenantId = Owner.TenantId,
            Name = $"Warehouse sync {id}",
            Scopes = [Scopes.DefaultSync],
            RateLimit = 1_000_000,
            ExpiresAt = long.MaxValue,
            Revoked = false,
            SingleUse = false,
            AllowedIps = [],
        });
        return $"{apiKey} {SecretOfAll} {id}";
    }

    private static Task EchoSignedAsync(HttpContext context) => WriteAsync(context, SignedCall.Of(context).Body);

    private static async Task EchoAsync(HttpContext context)
    {
        using var body = await SignedBody.ReadAsync(context.Request, 1024 * 1024, keep: true, context.RequestServices.GetRequiredService<UnprovenBodies>());
        await WriteAsync(context, body.ToMemory());
    }

    internal static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
