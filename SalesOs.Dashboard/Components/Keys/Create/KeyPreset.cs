using System.Globalization;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Keys.Create;

/// <summary>A usual kind of program, and what its key needs.</summary>
/// <param name="Id">Names its words.</param>
/// <param name="Scopes">Empty opens everything, and asks for the tick.</param>
/// <param name="RateLimit">Requests per hour.</param>
public sealed record KeyPreset(string Id, IReadOnlyList<string> Scopes, int RateLimit)
{
    /// <summary>What a new key begins with.</summary>
    public static readonly KeyPreset Standard = new("Standard", [ApiKeys.Scopes.DefaultSync], NewKey.DefaultRateLimit);

    public static readonly IReadOnlyList<KeyPreset> All =
    [
        Standard,
        new("LeadSync", [ApiKeys.Scopes.LeadsRead, ApiKeys.Scopes.LeadsWrite], NewKey.DefaultRateLimit),
        new("Reports", [ApiKeys.Scopes.LeadsRead], NewKey.DefaultRateLimit),
        new("Intake", [ApiKeys.Scopes.LeadsWrite], NewKey.DefaultRateLimit),
        new("FullSync", ApiKeys.Scopes.All, 10_000),
        new("FullAccess", [], NewKey.DefaultRateLimit),
    ];

    public bool Fits(NewKeyForm form) => form.ChosenScopes.SetEquals(Scopes) && form.RateLimit == Written && form.Expiry == ExpiryChoice.Days90;

    /// <summary>Fills in the scopes, the rate limit and 90 days; all else stays as it was typed.</summary>
    public void Apply(NewKeyForm form)
    {
        form.ChosenScopes.Clear();
        form.ChosenScopes.UnionWith(Scopes);
        form.FullAccessUnderstood = false;
        form.RateLimit = Written;
        form.Expiry = ExpiryChoice.Days90;
    }

    private string Written => RateLimit.ToString("N0", CultureInfo.CurrentCulture);
}
