namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Where the guide is. It opens no circuit: links from a page with one lead there with a target of their own.</summary>
public static class GuideLinks
{
    public const string Start = "/docs";
    public const string Authentication = Start + "/authentication";

    /// <summary>A page of the guide whose samples name a key, for somebody who may see it.</summary>
    public static string For(string page, Guid keyId) => $"{page}?key={keyId}";
}
