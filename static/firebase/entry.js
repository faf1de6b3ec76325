// The parts of the Firebase JS SDK that this app and its tests use. esbuild follows these two
// exports and leaves out the rest of the SDK.
export { initializeApp } from 'firebase/app';
export {
  // The session: where it is stored, who is signed in, and signing out.
  initializeAuth,
  connectAuthEmulator,
  indexedDBLocalPersistence,
  browserLocalPersistence,
  onIdTokenChanged,
  signOut,

  // Email and password.
  createUserWithEmailAndPassword,
  signInWithEmailAndPassword,
  sendPasswordResetEmail,
  EmailAuthProvider,

  // Other providers.
  browserPopupRedirectResolver,
  signInWithPopup,
  signInWithRedirect,
  getRedirectResult,
  GoogleAuthProvider,
  GithubAuthProvider,
  FacebookAuthProvider,
  TwitterAuthProvider,
  OAuthProvider,

  // Phone numbers, email links, guests, and custom tokens.
  PhoneAuthProvider,
  RecaptchaVerifier,
  signInWithPhoneNumber,
  sendSignInLinkToEmail,
  isSignInWithEmailLink,
  signInWithEmailLink,
  signInAnonymously,
  signInWithCustomToken,

  // Connecting several methods to one account.
  signInWithCredential,
  linkWithCredential,
  linkWithPopup,
  linkWithRedirect,
  linkWithPhoneNumber,
  unlink,

  // Changes to the account, and signing in again before them.
  reauthenticateWithCredential,
  reauthenticateWithPopup,
  reauthenticateWithRedirect,
  reauthenticateWithPhoneNumber,
  updatePassword,
  validatePassword,
  verifyBeforeUpdateEmail,
  sendEmailVerification,

  // Links in emails.
  applyActionCode,
  checkActionCode,
  confirmPasswordReset,
} from 'firebase/auth';
