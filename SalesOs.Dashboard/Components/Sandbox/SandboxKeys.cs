using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.Sandbox;

/// <summary>What the sandbox asks of the server: the keys to choose from, the whole API key of one of them, and why a request was refused. Of a secret it knows nothing.</summary>
public sealed partial class SandboxKeys(SessionCaller session, ApiKeyService keys, WholeKeyQuery whole, RejectionQuery rejections, ILogger<SandboxKeys> log)
{
    private const int MostKeys = 100;

    /// <summary>Active keys to choose from, the latest used first, and the one that is asked for, whatever has become of it.</summary>
    /// <returns>Empty when nobody may see any, or the keys can't be read: one can still be pasted.</returns>
    public async Task<SandboxChoice> ChoiceAsync(Guid? chosen)
    {
        try
        {
            if (await session.GetAsync() is not { } caller
                || (await keys.ListAsync(new KeyQuery(PerPage: MostKeys, Sort: KeySort.LastUsedAt, Status: KeyStatus.Active), caller)).Value is not { } page)
            {
                return SandboxChoice.None;
            }

            if (chosen is not { } id || (await keys.GetAsync(id, caller)).Value is not { } key)
            {
                return SandboxChoice.None with { Keys = page.Keys };
            }

            return new SandboxChoice([key, .. page.Keys.Where(k => k.Id != id)], key, (await whole.OfAsync(id, caller)).Value, Failed: false);
        }
        catch (Exception fault)
        {
            LogNotLoaded(log, fault);
            return SandboxChoice.None with { Failed = true };
        }
    }

    /// <summary>The refused request of this id; null when none of the caller's organization is on record, or not yet.</summary>
    public async Task<RejectionView?> FindAsync(Guid requestId) =>
        await session.GetAsync() is { } caller ? (await rejections.FindAsync(requestId, caller)).Value : null;

    [LoggerMessage(5140, LogLevel.Error, "The API keys could not be loaded for the sandbox.")]
    private static partial void LogNotLoaded(ILogger logger, Exception fault);
}

/// <param name="Keys">The chosen one first.</param>
/// <param name="ApiKey">The whole of the chosen one.</param>
/// <param name="Failed">The keys could not be read.</param>
public sealed record SandboxChoice(IReadOnlyList<ApiKeyView> Keys, ApiKeyView? Chosen, string? ApiKey, bool Failed)
{
    public static readonly SandboxChoice None = new([], Chosen: null, ApiKey: null, Failed: false);
}
