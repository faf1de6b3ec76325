// What this app uses of the Firebase JS SDK. esbuild follows these two exports into node_modules and leaves the
// rest of the SDK out.
export { initializeApp } from 'firebase/app';
export {
  // The session: where it is kept, who is in it, and how it ends.
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

  // Other providers. The resolver is passed at the click and not at initializeAuth: it would load an iframe from
  // another host before the session is restored.
  browserPopupRedirectResolver,
  signInWithPopup,
  signInWithRedirect,
  getRedirectResult,
  GoogleAuthProvider,
  GithubAuthProvider,
  FacebookAuthProvider,
  TwitterAuthProvider,
  OAuthProvider,

  // Phone, email link, anonymous, custom token.
  PhoneAuthProvider,
  RecaptchaVerifier,
  signInWithPhoneNumber,
  sendSignInLinkToEmail,
  isSignInWithEmailLink,
  signInWithEmailLink,
  signInAnonymously,
  signInWithCustomToken,

  // One account, many methods.
  signInWithCredential,
  linkWithCredential,
  linkWithPopup,
  linkWithRedirect,
  linkWithPhoneNumber,
  unlink,
  updatePhoneNumber,

  // Changes, and the fresh sign-in that they ask for.
  reauthenticateWithCredential,
  reauthenticateWithPopup,
  reauthenticateWithRedirect,
  reauthenticateWithPhoneNumber,
  updateProfile,
  updatePassword,
  validatePassword,
  verifyBeforeUpdateEmail,
  sendEmailVerification,

  // Links in emails.
  applyActionCode,
  checkActionCode,
  confirmPasswordReset,
  verifyPasswordResetCode,
} from 'firebase/auth';
