using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Components.Keys.Create;

namespace SalesOs.Dashboard.Components.Keys.Rotate;

/// <summary>
/// Says what rotating does before a successor is made, how long the successor will live (as long as the key was made to live, unless the reader chooses otherwise), and how the
/// key itself ends: by hand, unless the reader chooses otherwise.
/// </summary>
public sealed partial class RotateKeyDialog
{
    private const string FormId = "rotate-key";

    private bool judged;

    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    /// <summary>Rotates once under a name; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<KeyRotation, Guid, Task<Error?>> Rotate { get; set; } = null!;

    /// <summary>Of the form for a new key only the expiry is asked for.</summary>
    private NewKeyForm Form { get; } = new();

    private OverlapForm Overlap { get; } = new();

    /// <summary>The successor lives as long as the key was made to live.</summary>
    private bool Renews { get; set; } = true;

    private DateTimeOffset Now => Clock.GetUtcNow();

    private ExpiryChoice? Chosen
    {
        get => Renews ? null : Form.Expiry;
        set
        {
            Renews = value is null;
            Form.Expiry = value ?? Form.Expiry;
            judged = false;
        }
    }

    private DateTimeOffset? Renewed => KeyRotation.Renewed(Key.CreatedAt, Key.ExpiresAt, Now);

    /// <summary>A date that is chosen says itself when it ends.</summary>
    private string? EndHint => (Renews ? Renewed : Asked.ExpiresInDays is { } days ? Now.AddDays(days) : null) is { } end
        ? RotateWords["SuccessorEnds", ("date", Relative.SayDate(end))]
        : null;

    private long LifeInDays => Math.Max(1, (long)Math.Round(((Renewed ?? Now) - Now).TotalDays));

    private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Now, CurrentUser.Zone).DateTime);

    /// <summary>The successor.</summary>
    private JudgedKey Judged => JudgedKey.Of(Key) with { CreatedAt = Now, LastUsedAt = null, ExpiresAt = Renews ? Renewed : Life.ExpiresInDays is { } days ? Now.AddDays(days) : Life.ExpiresAt.Value };

    private KeyRotation Asked => Life with { Overlap = Overlap.Choice == OverlapChoice.ByHand ? null : Overlap.ToOverlap(Now, CurrentUser.Zone) };

    private KeyRotation Life => Renews ? new KeyRotation()
        : Form.ToNewKey(CurrentUser.Zone) is { ExpiresInDays: { } days } ? new KeyRotation { ExpiresInDays = days }
        : new KeyRotation { ExpiresAt = new(IsGiven: true, Form.ToNewKey(CurrentUser.Zone).ExpiresAt) };

    private IReadOnlyList<RuleFault> Faults => !Renews && Form is { Expiry: ExpiryChoice.Date, ExpiryDate: null } ? [new RuleFault("expires_at", "expires_at_required")]
        : Overlap.LacksTime ? [new RuleFault("overlap.until", "until_required")]
        : Rules.Faults(Asked);

    private IReadOnlyList<string> FaultsOf(string field) => judged ? [.. Faults.Where(f => f.Field == field).Select(FaultWords.Say)] : [];

    private Task RotateAsync()
    {
        judged = true;
        var asked = Asked;
        return Faults.Count == 0 ? ActAsync(() => Rotate(asked, Once)) : Task.CompletedTask;
    }
}
