using System.Globalization;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Keys.Create;

/// <summary>A usual kind of program, and what its key needs.</summary>
/// <param name="Id">Names its words.</param>
/// <param name="RateLimit">Requests per hour.</param>
public sealed record KeyPreset(string Id, IReadOnlyList<string> Scopes, int RateLimit)
{
    public static readonly IReadOnlyList<KeyPreset> All =
    [
        new("LeadSync", [ApiKeys.Scopes.LeadsRead, ApiKeys.Scopes.LeadsWrite], NewKey.DefaultRateLimit),
        new("Reports", [ApiKeys.Scopes.LeadsRead], NewKey.DefaultRateLimit),
        new("Intake", [ApiKeys.Scopes.LeadsWrite], NewKey.DefaultRateLimit),
        new("FullSync", ApiKeys.Scopes.All, 10_000),
    ];

    public bool Fits(NewKeyForm form) => form.ChosenScopes.SetEquals(Scopes) && form.RateLimit == Written;

    /// <summary>Fills in the scopes and the rate limit; all else stays as it was typed.</summary>
    public void Apply(NewKeyForm form)
    {
        form.ChosenScopes.Clear();
        form.ChosenScopes.UnionWith(Scopes);
        form.FullAccessUnderstood = false;
        form.RateLimit = Written;
    }

    private string Written => RateLimit.ToString("N0", CultureInfo.CurrentCulture);
}
