// The types of firebase.js, which is minified: the values that entry.js names, and the SDK's types used in ../js.
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
  User,
  UserCredential,
  UserInfo,
} from 'firebase/auth';
