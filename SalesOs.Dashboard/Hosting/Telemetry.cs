using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Components.Frame;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// Traces, metrics and logs over OTLP once <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names a collector; the other variables of the OpenTelemetry
/// specification (protocol, headers, service name) hold too. Without it nothing is collected. All three say which node they are of (<c>service.instance.id</c>).
/// </summary>
internal static class Telemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[Endpoint]))
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                // As the operator names the node: the logs' resource is made before the node knows whether another has that name.
                .AddService("salesos-dashboard", serviceVersion: ProductVersion.Text, serviceInstanceId: ClusterOptions.From(builder.Configuration).NodeName)
                // Once more, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
                .AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation())
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddMeter("System.Runtime", Usage.UsageMetrics.Meter, SignIn.SignInMetrics.Meter, Notices.Delivery.NoticeMetrics.Meter))
            .WithLogging(configureBuilder: null, options => options.IncludeFormattedMessage = true)
            .UseOtlpExporter();
    }

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        if (configuration[Endpoint] is { Length: > 0 } text && !(Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https"))
        {
            yield return $"{Endpoint}: write the collector's address, such as http://localhost:4317.";
        }
    }
}
