using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.SignIn;

public sealed class SignInMetricsTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, long> sums = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();
    private RunningDashboard dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        dashboard = await RunningDashboard.StartAsync(map: Visitor.MapMirror, settings: "--Session:CircuitsPerUser=1");
        // Other tests have programs of their own in this process: a meter belongs to its program's factory.
        var factory = dashboard.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, on) =>
        {
            if (instrument.Meter.Name == SignInMetrics.Meter && instrument.Meter.Scope == factory)
            {
                on.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => sums.AddOrUpdate(NameOf(instrument, tags), value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => sums[instrument.Name] = value);
        listener.Start();
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await dashboard.DisposeAsync();
    }

    [Fact]
    public async Task SignIns_AreCountedByWhatBecameOfThem()
    {
        using var visitor = new Visitor(dashboard);
        await visitor.SignInAsync();
        await visitor.SignInAsync("nobody");
        // Whoever has a session is led on; nobody's sign-in has expired then.
        await visitor.GetAsync("/signin-oidc?code=x&state=y");
        using var stranger = new Visitor(dashboard);
        await stranger.GetAsync("/signin-oidc?code=x&state=y");
        await stranger.GetAsync("/signin-oidc?code=x&state=y");
        listener.RecordObservableInstruments();

        sums["salesos.sign_ins done"].ShouldBe(1);
        sums["salesos.sign_ins denied"].ShouldBe(1);
        sums["salesos.sign_ins expired"].ShouldBe(2);
        sums["salesos.sessions.open"].ShouldBe(1);
        sums.Keys.ShouldAllBe(name => !name.Contains("acme", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Circuits_AreCountedAsTheyOpenAndClose()
    {
        var circuits = dashboard.Services.GetRequiredService<OpenCircuits>();
        using var first = Circuit();
        using var second = Circuit();
        circuits.Add(first);
        circuits.Add(second);
        listener.RecordObservableInstruments();
        sums["salesos.circuits.open"].ShouldBe(2);
        sums["salesos.circuits.opened"].ShouldBe(2);

        circuits.Remove(second);
        circuits.Remove(second);
        // Too many for one person, so the first was ended.
        circuits.Remove(first);

        listener.RecordObservableInstruments();
        sums["salesos.circuits.open"].ShouldBe(0);
        sums["salesos.circuits.closed left"].ShouldBe(1);
        sums["salesos.circuits.closed too_many_pages"].ShouldBe(1);
    }

    private static string NameOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}";

    private OpenCircuit Circuit() => ActivatorUtilities.CreateInstance<OpenCircuit>(dashboard.Services);
}
