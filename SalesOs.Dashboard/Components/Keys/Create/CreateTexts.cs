namespace SalesOs.Dashboard.Components.Keys.Create;

/// <summary>Names the resource of what the create dialog adds to the words of the API keys' page.</summary>
public sealed class CreateTexts;
