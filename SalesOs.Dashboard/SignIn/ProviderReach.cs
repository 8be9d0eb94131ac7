using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Whether the identity provider answers. Asked at most every 15 s, however often one wants to know.</summary>
public sealed class ProviderReach(SignInSettings settings, IOptionsMonitor<OpenIdConnectOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock sync = new();
    private Task<bool>? answer;
    private DateTimeOffset askedAt;

    /// <summary>True for the built-in provider, which is this program.</summary>
    public Task<bool> IsThereAsync()
    {
        if (settings.BuiltInProvider)
        {
            return Task.FromResult(true);
        }

        lock (sync)
        {
            var now = time.GetUtcNow();
            if (answer is null || now - askedAt >= Fresh)
            {
                askedAt = now;
                answer = Task.Run(AskAsync);
            }

            return answer;
        }
    }

    private async Task<bool> AskAsync()
    {
        var provider = options.Get(SignInSchemes.Provider);
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            using var found = await provider.Backchannel.GetAsync(provider.MetadataAddress, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return found.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
