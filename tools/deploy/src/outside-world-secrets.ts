/** What opens each door of the outside world: the payment provider's, the mail server's, and the operator's, who plays the world. */
export const PROVIDER_KEY_SECRET = 'provider-key';
export const MAIL_PASSWORD_SECRET = 'mail-password';
export const OUTSIDE_WORLD_TOKEN_SECRET = 'outside-world-token';

/** The name by which the mail server knows us. */
export const MAIL_USER = 'waybill';
