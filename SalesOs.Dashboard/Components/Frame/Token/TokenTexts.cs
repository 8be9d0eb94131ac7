namespace SalesOs.Dashboard.Components.Frame.Token;

/// <summary>Names the resource of the words on a session's access token.</summary>
public sealed class TokenTexts;
