// The types for firebase.js, which is minified: what entry.js exports, and the SDK's types that ../js uses.
export * from './entry.js';
export type {
  ActionCodeInfo,
  AuthCredential,
  AuthError,
  AuthProvider,
  ConfirmationResult,
  IdTokenResult,
  OAuthCredential,
  PasswordValidationStatus,
  Persistence,
  PopupRedirectResolver,
  User,
  UserCredential,
  UserInfo,
} from 'firebase/auth';
