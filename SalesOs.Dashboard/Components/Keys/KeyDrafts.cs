namespace SalesOs.Dashboard.Components.Keys;

/// <summary>The forms about keys that are opened again when the page began anew while they were filled in.</summary>
public static class KeyDrafts
{
    public const string Create = "create";
    public const string Edit = "edit";
    public const string Revoke = "revoke";
    public const string RevokeMany = "revoke-many";
    public const string RevokePerson = "revoke-person";
    public const string Pause = "pause";
    public const string BrownOut = "brown-out";
    public const string PauseMany = "pause-many";
    public const string PausePerson = "pause-person";
    public const string Rotate = "rotate";
    public const string Overlap = "overlap";
    public const string Delete = "delete";
    public const string Owner = "owner";
    public const string HandOver = "hand-over";
    public const string Retire = "retire";
}
