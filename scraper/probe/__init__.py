"""Looking at a portal as a careful person would, and proposing how it is collected."""
