namespace SalesOs.Dashboard.Components.Admission;

/// <summary>Names the resource of what people see where they may not go.</summary>
public sealed class AdmissionTexts;
