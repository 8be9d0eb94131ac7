namespace SalesOs.Dashboard.ApiKeys;

/// <summary>What a key may open. None at all means no restriction. <c>leads:write</c> does not include <c>leads:read</c>.</summary>
public static class Scopes
{
    public const string DefaultSync = "default:sync";
    public const string LeadsRead = "leads:read";
    public const string LeadsWrite = "leads:write";

    public static readonly IReadOnlyList<string> All = [DefaultSync, LeadsRead, LeadsWrite];
}
