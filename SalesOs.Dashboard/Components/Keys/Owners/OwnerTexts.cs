namespace SalesOs.Dashboard.Components.Keys.Owners;

/// <summary>Names the resource of the words on who answers for keys.</summary>
public sealed class OwnerTexts;
