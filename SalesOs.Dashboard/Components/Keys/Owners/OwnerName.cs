using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Owners;

/// <summary>What an owner is called on a page.</summary>
public static class OwnerName
{
    public static string Say(KeyOwner? owner, Words<KeysTexts> words) => owner switch
    {
        null => words["OwnerNone"],
        { Label: null } => words["OwnerErased"],
        { Label: "service_role" } => words["CreatedByPlatform"],
        { IsGone: true } => words["OwnerLeft", ("name", owner.Label)],
        _ => owner.Label,
    };
}
