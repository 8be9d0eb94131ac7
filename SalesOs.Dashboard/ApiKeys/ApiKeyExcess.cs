namespace SalesOs.Dashboard.ApiKeys;

/// <summary>Whether the key may do more than it is used for.</summary>
public sealed partial class ApiKey
{
    /// <summary>As the Usage room's job has judged it last; no edit of the key, so that its version stays. Not set before the job has seen scopes that are new.</summary>
    public bool IsExcess { get; private set; }

    /// <summary>When its scopes were changed last; null: not since it was made.</summary>
    public DateTimeOffset? ScopesChangedAt { get; private set; }

    private void NoteScopes(string before, DateTimeOffset now)
    {
        if (before != ScopeText)
        {
            (IsExcess, ScopesChangedAt) = (false, now);
        }
    }
}
