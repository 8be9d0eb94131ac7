using SalesOs.Dashboard.Access;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// The domain service: the only way to see or change API keys. Each call checks the capability and the tenant first; each change and its
/// audit entry are one transaction, and the key ring follows before the call returns.
/// </summary>
public sealed class ApiKeyService
{
    /// <summary>Makes a key. Needs <c>admin.integrations</c>.</summary>
    public Task<Outcome<CreatedKey>> CreateAsync(NewKey request, Caller caller, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>One page of the caller's tenant. Needs <c>admin.integrations</c> or <c>audit.integrations</c>, as do the other reads.</summary>
    public Task<Outcome<KeyPage>> ListAsync(KeyQuery query, Caller caller, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<Outcome<ApiKeyView>> GetAsync(Guid id, Caller caller, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>The moving figures of some keys (at most 100); those that are gone are left out.</summary>
    public Task<Outcome<IReadOnlyList<KeyFigures>>> FiguresAsync(IReadOnlyCollection<Guid> ids, Caller caller, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>Changes what the edit names. <paramref name="ifVersion"/>: only when the key still has this version.</summary>
    public Task<Outcome<ApiKeyView>> EditAsync(Guid id, KeyEdit edit, int? ifVersion, Caller caller, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>Revokes for good; from the return on no request with this key is let in. Revoking twice changes nothing. The reason is at most 200 characters.</summary>
    public Task<Outcome<ApiKeyView>> RevokeAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>Deletes the key and its usage; its audit entries stay.</summary>
    public Task<Outcome<Nothing>> DeleteAsync(Guid id, Caller caller, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
