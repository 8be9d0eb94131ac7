namespace SalesOs.Dashboard.Components.Account;

/// <summary>Names the resource of the pages before and after a session.</summary>
public sealed class AccountTexts;
