using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using SalesOs.Dashboard.SignIn.BuiltInProvider;

namespace SalesOs.Dashboard.Tests.SignIn;

public class ListeningAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:40123", "http://127.0.0.1:40123/")]
    [InlineData("http://localhost:5080", "http://localhost:5080/")]
    [InlineData("http://+:8080", "http://localhost:8080/")]
    [InlineData("http://*:8080", "http://localhost:8080/")]
    [InlineData("http://[::]:8080", "http://localhost:8080/")]
    [InlineData("http://0.0.0.0:8080", "http://localhost:8080/")]
    [InlineData("https://[::1]:8443", "https://[::1]:8443/")]
    public void Origin_IsWhereTheServerListens(string listening, string expected) => Origin([listening, "http://other:1"], urls: null).ShouldBe(expected);

    [Fact]
    public void Origin_BeforeTheServerListens_IsTheSetting() => Origin([], "http://localhost:5080; http://localhost:5081").ShouldBe("http://localhost:5080/");

    [Fact]
    public void Origin_NeitherListeningNorSet_IsLocalhost() => Origin([], urls: null).ShouldBe("http://localhost/");

    private static string Origin(string[] addresses, string? urls)
    {
        var server = new ServerThatListensOn(addresses);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("urls", urls)]).Build();
        return new ListeningAddress(server, configuration).Origin.AbsoluteUri;
    }

    private sealed class ServerThatListensOn : IServer
    {
        public ServerThatListensOn(string[] addresses)
        {
            var feature = new ServerAddressesFeature();
            foreach (var address in addresses)
            {
                feature.Addresses.Add(address);
            }

            Features.Set<IServerAddressesFeature>(feature);
        }

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
