namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Names the resource of the API keys' page and dialogs.</summary>
public sealed class KeysTexts;
